"""Mail: every header, part, alternative and container; labels that lie; names in every encoding."""

import base64
from email.message import EmailMessage

import pytest

from dlp.document import Document, NotReadReason, Place
from dlp.readers import read_bytes
from dlp.readers.mail import unflowed
from dlp.readers.mail_headers import decode_words, lenient_base64, parameters
from tests.readers.hostile import NEEDLE, mail, multipart, tnef

N = "A123456789"
BIG5 = "機密檢舉人名冊".encode("cp950")


def read(data: bytes) -> Document:
    return read_bytes(data, name="a.eml")


def texts(document: Document, place: Place) -> str:
    return "\n".join(part.text for part in document.parts if part.place is place)


@pytest.mark.parametrize(
    ("raw", "text", "why"),
    [
        (b"=?utf-8?B?" + base64.b64encode("密件".encode()) + b"?=", "密件", "base64"),
        (b"=?UTF-8?q?=E5=AF=86=E4=BB=B6?=", "密件", "quoted"),
        (b"=?big5?B?" + base64.b64encode(BIG5[:3]) + b"?= =?big5?B?" + base64.b64encode(BIG5[3:]) + b"?=", "機密檢舉人名冊", "split inside a character"),
        (b"=?big5?B?" + base64.b64encode(BIG5[:3]) + b"?=\r\n =?big5?B?" + base64.b64encode(BIG5[3:]) + b"?=", "機密檢舉人名冊", "and over lines"),
        (b"=?utf-8?B?" + base64.b64encode(BIG5) + b"?=", "機密檢舉人名冊", "the label lies"),
        (BIG5, "機密檢舉人名冊", "raw Big5"),
        ("密件".encode(), "密件", "raw UTF-8"),
        (b"Re: =?utf-8?q?a_b?= end", "Re: a b end", "blanks around words stay, underscore is a blank"),
        (b"=?big5?Q?=B1K?=", "密", "Big5 second byte as a letter"),
        (b"=?iso-8859-1?q?=E9?=t=?x?=", "ét=?x?=", "broken words stay as they are"),
        (b"=?utf-8*zh-TW?q?=E5=AF=86?=", "密", "RFC 2231 language in a word"),
    ],
)
def test_encoded_words(raw: bytes, text: str, why: str) -> None:
    assert decode_words(raw) == text, why


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b'attachment; filename="' + BIG5 + b'.txt"', "機密檢舉人名冊.txt"),
        (b"attachment; filename*=big5''%BE%F7%B1K.txt", "機密.txt"),
        (b"attachment; filename*=utf-8'zh-TW'%E6%A9%9F%E5%AF%86.txt", "機密.txt"),
        (b"attachment; filename*1*=%B1K.txt; filename*0*=big5''%BE%F7", "機密.txt"),
        (b'attachment; filename*0="abc"; filename*1="def.txt"', "abcdef.txt"),
        (b'attachment; filename="=?big5?B?' + base64.b64encode("機密.txt".encode("cp950")) + b'?="', "機密.txt"),
        (b'attachment; filename="a\\"b.txt"', 'a"b.txt'),
        (b"attachment; filename=plain name.txt", "plain name.txt"),
        (b'attachment; filename="unclosed.txt', "unclosed.txt"),
        (b'attachment; FileName = "x.txt" ; size=3', "x.txt"),
    ],
)
def test_file_names(header: bytes, name: str) -> None:
    assert parameters(header)["filename"] == [name]


@pytest.mark.parametrize(
    ("data", "plain"),
    [(base64.b64encode(b"hello world!"), b"hello world!"), (b"aGVsbG8", b"hello"), (b"aGVs\r\n bG8=", b"hello"), (b"aGVs!!bG8=", b"hello"),
     (base64.b64encode(b"ab") + base64.b64encode(b"cd"), b"abcd"), (b"", b""), (b"====", b""), (base64.urlsafe_b64encode(b"\xfb\xff\xfe"), b"\xfb\xff\xfe")],
)  # fmt: skip
def test_lenient_base64(data: bytes, plain: bytes) -> None:
    assert lenient_base64(data) == plain


def full_message() -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "主旨針", "王小明 <a@example.tw>", "x@example.tw"
    message["X-Note"] = "標頭針"
    message.set_content("內文針")
    message.add_alternative("<p>網頁<b>針</b></p><!--註解針-->", subtype="html")
    message.add_attachment("附件針".encode("cp950"), maintype="text", subtype="plain", filename="檔名針.txt")
    inner = EmailMessage()
    inner["Subject"] = "內層主旨針"
    inner.set_content("內層針")
    message.add_attachment(inner)
    return message.as_bytes()


@pytest.mark.parametrize(
    ("needle", "place", "path"),
    [("主旨針", Place.SUBJECT, "subject"), ("王小明", Place.MAIL_HEADER, "header"), ("標頭針", Place.MAIL_HEADER, "header"),
     ("內文針", Place.BODY, "body"), ("網頁針", Place.BODY, "body"), ("註解針", Place.COMMENT, "comment"),
     ("附件針", Place.BODY, "attachment[1]/"), ("檔名針.txt", Place.FILE_NAME, "attachment[1]/"),
     ("內層主旨針", Place.SUBJECT, "attachment[2]/"), ("內層針", Place.BODY, "attachment[2]/")],
)  # fmt: skip
def test_every_place_of_a_message(needle: str, place: Place, path: str) -> None:
    document = read(full_message())
    assert any(needle in p.text and p.place is place and p.path.startswith(path) for p in document.parts)
    assert not document.not_read


def test_header_parts_carry_their_name() -> None:
    fields = {part.field for part in read(full_message()).parts if part.place is Place.MAIL_HEADER}
    assert {"From", "To", "X-Note"} <= fields


BODIES = [
    ("7bit", mail(f"x {NEEDLE}".encode())),
    ("base64", mail(base64.encodebytes(NEEDLE.encode()), "Content-Transfer-Encoding: base64\r\n")),
    ("quoted-printable over a soft break", mail(b"A1234=\r\n56789", "Content-Transfer-Encoding: quoted-printable\r\n")),
    ("Big5", mail(NEEDLE.encode("cp950"), "Content-Type: text/plain; charset=big5\r\n")),
    ("charset lies", mail(NEEDLE.encode("cp950"), "Content-Type: text/plain; charset=utf-8\r\n")),
    ("text/enriched", mail(b"<bold>A1234</bold>56789 x".replace(b"</bold>", b""), "Content-Type: text/enriched\r\n")),
    ("calendar", mail(b"BEGIN:VCALENDAR\r\nSUMMARY:A1234\r\n 56789\r\nEND:VCALENDAR", "Content-Type: text/calendar\r\n")),
    ("vCard", mail(b"BEGIN:VCARD\r\nNOTE:A123456789\r\nEND:VCARD", "Content-Type: text/vcard\r\n")),
    ("delivery report", multipart([b"Content-Type: message/delivery-status\r\n\r\nDiagnostic: " + N.encode()])),
    ("returned headers", multipart([b"Content-Type: text/rfc822-headers\r\n\r\nSubject: " + N.encode()])),
    ("uuencode", mail(b"begin 644 a.txt\r\n*03$R,S0U-C<X.0``\r\n`\r\nend\r\n")),
    ("last alternative", multipart([b"Content-Type: text/plain\r\n\r\nx", b"Content-Type: text/html\r\n\r\n<p>A1234<b>56789"])),
    ("unknown media type", multipart([b"Content-Type: application/x-odd\r\n\r\n" + N.encode()])),
    ("no media type", multipart([b"\r\n" + N.encode()])),
    ("nested message in base64", mail(base64.encodebytes(mail(N.encode())), "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n")),
    ("content description", multipart([b"Content-Type: image/png\r\nContent-Description: A123456789\r\n\r\nx"])),
    ("comment in the epilogue", multipart([b"\r\nx"]) + N.encode()),
]  # fmt: skip


@pytest.mark.parametrize("data", [row[1] for row in BODIES], ids=[row[0] for row in BODIES])
def test_every_kind_of_body(data: bytes) -> None:
    assert any(N in part.text for part in read(data).parts)


def test_flowed_lines_are_joined() -> None:
    assert unflowed("身分證 \n字號 \nA123456789\n> 引 \n> 文\n-- \nx", joined=True) == "身分證字號A123456789\n> 引文\n-- \nx"


def test_uudecoded_attachment_is_a_child_with_its_name() -> None:
    document = read(mail(b"text\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\nmore"))
    assert [(p.path, p.text) for p in document.parts if p.path.startswith("attachment")] == [
        ("attachment[1]/name", "a.txt"), ("attachment[1]/body", "Cat"),
    ]  # fmt: skip
    assert "more" in texts(document, Place.BODY)


def der(tag: int, body: bytes) -> bytes:
    size = len(body)
    length = bytes((size,)) if size < 128 else bytes((0x82, size >> 8, size & 0xFF))
    return bytes((tag,)) + length + body


@pytest.mark.parametrize("indefinite", [False, True])
def test_opaque_signed_content_is_read(indefinite: bool) -> None:
    content = mail(NEEDLE.encode(), "Content-Type: text/plain\r\n")
    data_oid, signed_oid = bytes.fromhex("06092a864886f70d010701"), bytes.fromhex("06092a864886f70d010702")
    if indefinite:
        octets = b"\x24\x80" + der(4, content[:50]) + der(4, content[50:]) + b"\0\0"
        inner = b"\x30\x80" + data_oid + b"\xa0\x80" + octets + b"\0\0\0\0"
        cms = b"\x30\x80" + signed_oid + b"\xa0\x80\x30\x80\x02\x01\x01\x31\x00" + inner + b"\0\0" * 3
    else:
        inner = der(0x30, data_oid + der(0xA0, der(4, content)))
        cms = der(0x30, signed_oid + der(0xA0, der(0x30, b"\x02\x01\x01\x31\x00" + inner)))
    document = read(mail(base64.encodebytes(cms), "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n"))
    assert any(N in part.text for part in document.parts)
    assert not document.not_read


def test_clear_parts_beside_encrypted_ones_are_read() -> None:
    document = read(multipart([b"\r\n" + NEEDLE.encode(), b"Content-Type: text/plain\r\n\r\n-----BEGIN PGP MESSAGE-----\r\nx"]))
    assert N in texts(document, Place.BODY)
    assert {entry.reason for entry in document.not_read} == {NotReadReason.ENCRYPTED}


def test_winmail_dat_gives_subject_body_and_attachment() -> None:
    data = tnef([
        (1, 0x8004, "主旨".encode("cp950") + b"\0"), (1, 0x800C, "內文針".encode("cp950")),
        (2, 0x9002, b"\0" * 14), (2, 0x8010, "名冊.txt".encode("cp950") + b"\0"), (2, 0x800F, "附件針".encode("cp950")),
    ])  # fmt: skip
    document = read_bytes(data, name="winmail.dat")
    assert [(p.place, p.text) for p in document.parts[1:]] == [
        (Place.SUBJECT, "主旨"), (Place.BODY, "內文針"), (Place.FILE_NAME, "名冊.txt"), (Place.BODY, "附件針"),
    ]  # fmt: skip
    assert not document.not_read


def test_mail_without_blank_line_still_gives_its_headers() -> None:
    assert N in texts(read(b"Subject: " + N.encode() + b"\r\nMIME-Version: 1.0"), Place.SUBJECT)


def test_remarks_carry_no_content() -> None:
    document = read(mail(NEEDLE.encode("cp950"), "Content-Type: text/plain; charset=utf-8\r\n"))
    assert document.remarks
    assert not any(N in remark for remark in document.remarks)
