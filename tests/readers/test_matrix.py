"""Every text format inside every container: one needle, found in every cell, and nothing reported as unread."""

import base64
import gzip
import struct
from collections.abc import Callable

import pytest

from dlp.document import Place
from dlp.readers import read_bytes
from tests.readers.hostile import mail, multipart, png, tar_of, tnef, zip_of

NEEDLE = "檢舉人王大明身分證A123456789"

FORMATS: dict[str, tuple[str, bytes]] = {
    "text in UTF-8": ("a.txt", NEEDLE.encode()),
    "text in Big5": ("a.txt", NEEDLE.encode("cp950")),
    "text in UTF-16": ("a.txt", NEEDLE.encode("utf-16")),
    "text in UTF-16 without a mark": ("a.txt", NEEDLE.encode("utf-16-be")),
    "HTML": ("a.html", f"<html><body><p>{NEEDLE[:8]}<b>{NEEDLE[8:]}</b></p></body></html>".encode("cp950")),
    "CSV": ("a.csv", f"姓名,說明\n\"{NEEDLE}\",x\n".encode("cp950")),
    "JSON": ("a.json", ('{"說明": "' + "".join(f"\\u{ord(c):04x}" for c in NEEDLE) + '"}').encode()),
    "XML": ("a.xml", f'<?xml version="1.0" encoding="big5"?><文><說明>{NEEDLE}</說明></文>'.encode("cp950")),
    "exchange document": ("a.di", f'<?xml version="1.0"?><!DOCTYPE 函 SYSTEM "104_2_utf8.dtd"><函><主旨><文字>{NEEDLE}</文字></主旨></函>'.encode()),
    "mail": ("a.eml", mail(base64.encodebytes(NEEDLE.encode("cp950")), "Content-Type: text/plain; charset=big5\r\nContent-Transfer-Encoding: base64\r\n")),
    "mbox": ("a.mbox", b"From a@b Mon Nov 1\n" + mail(NEEDLE.encode())),
    "calendar": ("a.ics", f"BEGIN:VCALENDAR\r\nSUMMARY:{NEEDLE[:8]}\r\n {NEEDLE[8:]}\r\nEND:VCALENDAR\r\n".encode()),
    "card": ("a.vcf", f"BEGIN:VCARD\r\nNOTE:{NEEDLE}\r\nEND:VCARD\r\n".encode()),
    "winmail.dat": ("winmail.dat", tnef([(1, 0x800C, NEEDLE.encode("cp950"))])),
    "SVG": ("a.svg", f'<svg xmlns="http://www.w3.org/2000/svg"><text>{NEEDLE}</text></svg>'.encode()),
    "signed text": ("a.asc", f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{NEEDLE}\n-----BEGIN PGP SIGNATURE-----\nx\n-----END PGP SIGNATURE-----\n".encode()),
    "small picture": ("a.png", png(8, 8, [(b"tEXt", b"Comment\0" + NEEDLE.encode())])),
}  # fmt: skip


def attachment(name: str, data: bytes) -> bytes:
    head = f'Content-Type: application/octet-stream; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return multipart([b"\r\nsee attachment", head.encode() + base64.encodebytes(data)])


def data_uri(name: str, data: bytes) -> bytes:
    return b'<html><body><a href="data:application/octet-stream;base64,' + base64.b64encode(data) + b'">x</a></body></html>'


def signed(name: str, data: bytes) -> bytes:
    def der(tag: int, body: bytes) -> bytes:
        return bytes((tag, 0x84)) + struct.pack(">I", len(body)) + body

    inner = der(0x30, bytes.fromhex("06092a864886f70d010701") + der(0xA0, der(4, data)))
    return der(0x30, bytes.fromhex("06092a864886f70d010702") + der(0xA0, der(0x30, b"\x02\x01\x01\x31\x00" + inner)))


CONTAINERS: dict[str, tuple[str, Callable[[str, bytes], bytes]]] = {
    "alone": ("", lambda name, data: data),
    "zip": ("o.zip", lambda name, data: zip_of({name: data})),
    "tar": ("o.tar", lambda name, data: tar_of({name: data})),
    "tar.gz": ("o.tar.gz", lambda name, data: gzip.compress(tar_of({name: data}))),
    "gzip": ("{}.gz", lambda name, data: gzip.compress(data)),
    "mail attachment": ("o.eml", attachment),
    "forwarded mail": ("o.eml", lambda name, data: mail(attachment(name, data), "Content-Type: message/rfc822\r\n")),
    "winmail.dat": ("winmail.dat", lambda name, data: tnef([(2, 0x9002, b"\0" * 14), (2, 0x8010, name.encode()), (2, 0x800F, data)])),
    "HTML data URI": ("o.html", data_uri),
    "signed container": ("o.p7m", signed),
    "zip in a mail": ("o.eml", lambda name, data: attachment("o.zip", zip_of({name: data}))),
}  # fmt: skip
NAMELESS = {"HTML data URI", "signed container"}
NEEDS_NAME = {"CSV"}  # without a name it is text, which is as good


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("format_", FORMATS)
def test_needle(format_: str, container: str) -> None:
    name, data = FORMATS[format_]
    outer_name, wrap = CONTAINERS[container]
    document = read_bytes(wrap(name, data), name=outer_name.format(name) or name)
    flat = [part.text.replace("\n", "").replace("\t", "") for part in document.parts if part.place is not Place.RAW]
    assert any(NEEDLE in text for text in flat)
    assert not document.not_read
    assert len({part.path for part in document.parts}) == len(document.parts)
    assert not any(NEEDLE[-10:] in part.path for part in document.parts)
