"""Which ODF element does what: the vocabulary of OASIS ODF 1.3 part 3 as far as it carries, places or hides text."""

from collections.abc import Callable
from typing import Any

from dlp.document import Place
from dlp.readers.odf_flow import OdfEvents
from dlp.readers.odf_styles import full
from dlp.readers.xml_events import Attributes

_SHAPES = (
    "draw:frame", "draw:custom-shape", "draw:rect", "draw:ellipse", "draw:circle", "draw:line", "draw:connector",
    "draw:path", "draw:polygon", "draw:polyline", "draw:regular-polygon", "draw:caption", "draw:control", "draw:measure",
)  # fmt: skip
_CONTROLS = (
    "text", "textarea", "formatted-text", "combobox", "listbox", "button", "checkbox", "radio", "hidden", "fixed-text",
    "item", "option",
)  # fmt: skip


def tables() -> tuple[dict[str, Callable[[Any, Attributes], None]], dict[str, Callable[[Any], None]]]:
    e = OdfEvents
    opens: dict[str, Callable[[Any, Attributes], None]] = {
        "text:p": e.paragraph_open, "text:h": e.paragraph_open, "text:span": e.span_open, "text:s": e.spaces,
        "text:tab": e.tab, "text:tab-stop": e.tab, "text:line-break": e.line_break,
        "office:annotation": e.comment_open, "text:note-body": e.note_open, "text:footnote-body": e.note_open,
        "text:endnote-body": e.note_open, "text:ruby-text": e.ruby_open, "text:section": e.section_open,
        "text:changed-region": e.region_of_change, "text:deletion": e.deletion_open, "table:deletion": e.deletion_open,
        "table:cell-content-deletion": e.deletion_open, "table:previous": e.deletion_open,
        "text:change": e.change_point, "text:change-start": e.insertion_open, "text:change-end": e.insertion_close,
        "draw:page": e.slide_open, "presentation:notes": e.notes_open, "style:master-page": e.master_open,
        "style:handout-master": e.master_open, "office:spreadsheet": e.sheets_begin, "office:chart": e.sheets_begin,
        "table:table": e.table_open, "table:table-row": e.row_open, "table:table-column": e.column,
        "table:table-cell": e.cell_open, "table:covered-table-cell": e.cell_open,
        "office:meta": e.meta_open, "meta:user-defined": e.custom_open,
        "style:style": e.style_open, "style:paragraph-properties": e.style_paragraph, "style:text-properties": e.style_text,
        "style:tab-stop": e.style_stop, "style:table-properties": e.style_table, "style:graphic-properties": e.style_graphic,
        "style:drawing-page-properties": e.style_slide, "style:properties": e.style_paragraph,
        "style:page-layout": e.layout_open, "style:page-master": e.layout_open,
        "style:page-layout-properties": e.layout_size,
        "text:user-field-decl": e.variable, "text:variable-set": e.variable, "text:variable-decl": e.variable,
        "form:property": e.variable, "form:list-value": e.variable, "text:database-display": e.variable,
    }  # fmt: skip
    closes: dict[str, Callable[[Any], None]] = {
        "text:p": e.paragraph_close, "text:h": e.paragraph_close, "text:span": e.span_close,
        "office:annotation": e.close_part, "text:note-body": e.close_part, "text:footnote-body": e.close_part,
        "text:endnote-body": e.close_part, "text:ruby-text": e.close_part, "text:section": e.shape_close,
        "text:deletion": e.deletion_close, "table:deletion": e.deletion_close,
        "table:cell-content-deletion": e.deletion_close, "table:previous": e.deletion_close,
        "draw:page": e.slide_close, "presentation:notes": e.notes_close, "style:master-page": e.slide_close,
        "style:handout-master": e.slide_close, "office:spreadsheet": e.sheets_end, "office:chart": e.sheets_end,
        "table:table": e.table_close, "table:table-row": e.row_close,
        "table:table-cell": e.cell_close, "table:covered-table-cell": e.cell_close,
        "office:meta": e.meta_close, "meta:user-defined": e.custom_close, "style:style": e.style_close,
    }  # fmt: skip
    for shape in _SHAPES:
        opens[shape], closes[shape] = e.shape_open, e.shape_close
    for control in _CONTROLS:
        opens[f"form:{control}"] = e.form_value
    for side in ("left", "center", "right"):
        opens[f"style:region-{side}"] = lambda events, _, side=side: events.region_open(side)  # type: ignore[misc]
    for band, place, edge in (("header", Place.HEADER, "top"), ("footer", Place.FOOTER, "bottom")):
        for kind in ("", "-first", "-left"):
            opens[f"style:{band}{kind}"] = (
                lambda events, _, place=place, name=f"{band}{kind}", edge=edge: events.band_open(place, name, edge)  # type: ignore[misc]
            )
            closes[f"style:{band}{kind}"] = e.band_close
        opens[f"presentation:{band}-decl"] = lambda events, _, band=band: events.declared_band(band)  # type: ignore[misc]
        closes[f"presentation:{band}-decl"] = e.close_part
    leaves = {
        "svg:title": "alt", "svg:desc": "alt", "office:binary-data": "binary", "number:text": "format",
        "text:note-citation": "citation", "text:footnote-citation": "citation", "text:endnote-citation": "citation",
        "meta:creator-initials": "initials", "loext:sender-initials": "initials", "config:config-item": "setting",
        "meta:date-string": "date",
    }  # fmt: skip
    for name in ("creator", "date", "title", "subject", "description", "language"):
        leaves[f"dc:{name}"] = name
    for name in (
        "initial-creator", "printed-by", "keyword", "generator", "creation-date", "print-date", "editing-cycles",
        "editing-duration",
    ):  # fmt: skip
        leaves[f"meta:{name}"] = name
    for name, purpose in leaves.items():
        opens[name] = lambda events, _, purpose=purpose: events.capture_open(purpose)  # type: ignore[misc]
        closes[name] = e.capture_close
    return (
        {key: action for name, action in opens.items() for key in full(name)},
        {key: action for name, action in closes.items() for key in full(name)},
    )


class OdfDocument(OdfEvents):
    """The events with their tables."""

    OPEN, CLOSE = tables()
