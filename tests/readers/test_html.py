"""HTML: every place where text can stand or hide, and what is joined or kept apart."""

import base64

import pytest

from dlp.document import Document, Place
from dlp.readers import read_bytes
from dlp.readers.hidden_styles import hides

N = "A123456789"


def page(body: str, head: str = "") -> Document:
    return read_bytes(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode(), name="a.html")


def texts(document: Document, place: Place) -> str:
    return "\n".join(part.text for part in document.parts if part.place is place)


PLACES = [
    ("text", f"<p>{N}</p>", Place.BODY),
    ("split over tags", "<p>A12<b>345</b><i>67<u>89</u></i></p>", Place.BODY),
    ("split by a comment", "<p>A1234<!-- x -->56789</p>", Place.BODY),
    ("split by hidden text", "<p>A1234<span style='display:none'>junk</span>56789</p>", Place.BODY),
    ("character references", "<p>&#65;1234&#x35;6789</p>", Place.BODY),
    ("textarea", f"<textarea>{N}</textarea>", Place.BODY),
    ("option", f"<select><option>{N}</option></select>", Place.BODY),
    ("SVG text", f"<svg><text>{N}</text></svg>", Place.BODY),
    ("template", f"<template>{N}</template>", Place.HIDDEN),
    ("noscript", f"<noscript>{N}</noscript>", Place.HIDDEN),
    ("display none", f"<div style='display: none'>{N}</div>", Place.HIDDEN),
    ("inside display none", f"<div style='display:none'><table><tr><td><p>{N}</p></td></tr></table></div>", Place.HIDDEN),
    ("visibility", f"<span style='visibility:hidden'>{N}</span>", Place.HIDDEN),
    ("size zero", f"<span style='font-size:0'>{N}</span>", Place.HIDDEN),
    ("size one pixel", f"<span style='font-size:1px'>{N}</span>", Place.HIDDEN),
    ("off screen", f"<div style='position:absolute;left:-9999px'>{N}</div>", Place.HIDDEN),
    ("indented away", f"<div style='text-indent:-9999px'>{N}</div>", Place.HIDDEN),
    ("white", f"<span style='color:#FFFFFF'>{N}</span>", Place.HIDDEN),
    ("white font tag", f"<font color=white>{N}</font>", Place.HIDDEN),
    ("transparent", f"<span style='opacity:0'>{N}</span>", Place.HIDDEN),
    ("clipped", f"<div style='overflow:hidden;height:0'>{N}</div>", Place.HIDDEN),
    ("Outlook", f"<span style='mso-hide:all'>{N}</span>", Place.HIDDEN),
    ("hidden attribute", f"<p hidden>{N}</p>", Place.HIDDEN),
    ("hidden field", f"<input type=hidden value={N}>", Place.HIDDEN),
    ("comment", f"<!-- {N} -->", Place.COMMENT),
    ("conditional comment", f"<!--[if gte mso 9]><p>A1234<b>56789</b></p><![endif]-->", Place.COMMENT),  # noqa: F541
    ("alt", f"<img src=x.png alt='{N}'>", Place.ALT_TEXT),
    ("title attribute", f"<a title='{N}'>x</a>", Place.ALT_TEXT),
    ("aria-label", f"<a aria-label='{N}'>x</a>", Place.ALT_TEXT),
    ("placeholder", f"<input placeholder='{N}'>", Place.ALT_TEXT),
    ("ruby annotation", f"<ruby>密<rt>{N}</rt></ruby>", Place.ALT_TEXT),
    ("field value", f"<input name=id value={N}>", Place.FIELD),
    ("data attribute", f"<div data-person='{N}'>x</div>", Place.PROPERTY),
    ("unknown attribute", f"<div x-secret='{N}'>x</div>", Place.PROPERTY),
    ("link", f"<a href='https://example.tw/?id={N}'>x</a>", Place.LINK),
    ("link, percent-encoded", "<a href='?id=%41123456789'>x</a>", Place.LINK),
    ("mailto", f"<a href='mailto:x@example.tw?subject={N}'>x</a>", Place.LINK),
    ("form action", f"<form action='/{N}'></form>", Place.LINK),
    ("script", f"<script>var a='{N}'</script>", Place.HIDDEN),
    ("script escapes", "<script>var a='\\u0041123456789'</script>", Place.HIDDEN),
    ("event handler", f"<p onclick=\"alert('{N}')\">x</p>", Place.HIDDEN),
    ("JSON in a script", f"<script type='application/json'>{{\"id\":\"{N}\"}}</script>", Place.HIDDEN),
    ("CSS content", f"<style>p:after{{content:'{N}'}}</style>", Place.HIDDEN),
    ("srcdoc", "<iframe srcdoc='&lt;p&gt;A12345&lt;b&gt;6789&lt;/b&gt;'></iframe>", Place.BODY),
    ("data URI", f"<a href='data:text/plain,{N}'>x</a>", Place.BODY),
    ("data URI base64", f"<img src='data:text/plain;base64,{base64.b64encode(N.encode()).decode()}'>", Place.BODY),
    ("after the end", f"</body></html>{N}", Place.BODY),
]


@pytest.mark.parametrize(("place_name", "body", "place"), PLACES, ids=[row[0] for row in PLACES])
def test_hiding_place(place_name: str, body: str, place: Place) -> None:
    assert N in texts(page(body), place)


@pytest.mark.parametrize(
    ("head", "place"),
    [(f"<title>{N}</title>", Place.PROPERTY), (f"<meta name=keywords content='{N}'>", Place.PROPERTY),
     (f"<meta property='og:title' content='{N}'>", Place.PROPERTY), (f"<link href='{N}.css'>", Place.LINK)],
)  # fmt: skip
def test_head(head: str, place: Place) -> None:
    assert N in texts(page("x", head), place)


@pytest.mark.parametrize(
    ("style", "body", "hidden"),
    [
        (".x{display:none}", "<p class='a x'>T</p>", True),
        ("div .x , p{color:red}", "<p class='x'>T</p>", False),
        ("#secret { visibility: hidden }", "<p id=secret>T</p>", True),
        ("@media print{.x{display:none}}", "<p class=x>T</p>", True),
        ("/* .x{display:none} */", "<p class=x>T</p>", False),
        (".x:hover{display:none}", "<p class=x>T</p>", False),
    ],
)
def test_style_sheets_of_the_page_hide(style: str, body: str, hidden: bool) -> None:
    document = page(body, f"<style>{style}</style>")
    assert ("T" in texts(document, Place.HIDDEN)) is hidden
    assert ("T" in texts(document, Place.BODY)) is not hidden


@pytest.mark.parametrize(
    ("style", "expected"),
    [("display:none", True), ("display:block", False), ("font-size:12px", False), ("font-size:0.8em", False), ("font-size:100%", False),
     ("color:white;background:#333", False), ("color:#fff;background:#fff", True), ("color:red", False), ("left:-20px", False),
     ("margin-left:-10px", False), ("opacity:0.9", False), ("opacity:0", True), ("height:0", False), ("max-height:0", True), ("", False)],
)  # fmt: skip
def test_styles(style: str, expected: bool) -> None:
    assert hides(style) is expected


@pytest.mark.parametrize(
    ("body", "text", "why"),
    [
        ("<table><tr><td>姓名</td><td>王小明</td></tr><tr><td>電話</td></tr></table>", "姓名\t王小明\n電話", "cells by tabs, rows by lines"),
        ("<table><tr>" + "".join(f"<td>{c}</td>" for c in N) + "</tr></table>", "\t".join(N), "one character a cell stays one row"),
        ("<p>甲</p><p>乙</p>", "甲\n乙", "paragraphs"),
        ("甲<br>乙", "甲\n乙", "line break"),
        ("<p>王小\n   明</p>", "王小明", "a wrapped source line is no blank between Chinese characters"),
        ("<p>a\n b</p>", "a b", "but one between words"),
        ("<pre>a\n  b</pre>", "a\n  b".replace("\n  b", "\n  b").replace("  b", "b"), "pre keeps its lines"),
        ("<ruby>密<rp>(</rp><rt>mì</rt><rp>)</rp>件</ruby>", "密件", "ruby does not split the base text"),
        ("<ul><li>一</li><li>二</li></ul>", "一\n二", "list items"),
    ],
)
def test_shape_of_the_text(body: str, text: str, why: str) -> None:
    assert texts(page(body), Place.BODY) == text, why


@pytest.mark.parametrize("encoding", ["utf-8", "cp950", "utf-16"])
@pytest.mark.parametrize("label", ["utf-8", "big5", "iso-8859-1", ""])
def test_charset_label_is_only_a_vote(encoding: str, label: str) -> None:
    meta = f"<meta charset={label}>" if label else ""
    data = f"<html><head>{meta}</head><p>宏碁公司陳情人王小明，請查照</p></html>".encode(encoding)
    assert "宏碁公司陳情人王小明，請查照" in texts(read_bytes(data, name="a.html"), Place.BODY)


def test_prose_about_hidden_text_is_not_hidden() -> None:
    assert texts(page("<p>使用 display:none 可以隱藏文字</p>"), Place.HIDDEN) == ""
