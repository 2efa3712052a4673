"""Hostile inputs, made by code: bombs, loops, entity tricks, path tricks, cut and lying files, encrypted ones.

Each case is a file name, its bytes, and which reasons may explain that it was not read; an empty set means that the
input is odd but readable and must come out complete.
"""

import base64
import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dlp.document import NotReadReason as R

NEEDLE = "身分證字號A123456789"
ANY = frozenset(R)
BROKEN = frozenset({R.DAMAGED, R.TRUNCATED})
SIZE = frozenset({R.LIMIT_UNPACKED, R.LIMIT_RATIO, R.LIMIT_SIZE, R.LIMIT_TEXT, R.RESOURCE})
READABLE: frozenset[R] = frozenset()


@dataclass(frozen=True)
class Case:
    """``needle`` is True when the needle stands in a part that can be read in spite of everything."""

    id: str
    name: str
    make: Callable[[], bytes]
    reasons: frozenset[R]
    needle: bool = False


def zip_of(members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.comment = comment
    return out.getvalue()


def tar_of(members: dict[str, bytes], *, format: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


TEXT = NEEDLE.encode()


def zeros(size: int) -> bytes:
    return b"0" * size


def nested(levels: int, wrap: Callable[[bytes], bytes]) -> bytes:
    data = TEXT
    for _ in range(levels):
        data = wrap(data)
    return data


def quine_like() -> bytes:
    """A zip whose member's local header points at the archive itself: overlapping entries read it again and again."""
    inner = zip_of({"a.zip": TEXT})
    return zip_of({"r.zip": inner * 3})


def overlapping(count: int, size: int) -> bytes:
    """Many directory entries that share one deflated kernel."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = packer.compress(zeros(size)) + packer.flush()
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, zlib.crc32(zeros(size)), len(kernel), size, 1, 0) + b"k"
    central = b"".join(
        struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 8, 0, 0, zlib.crc32(zeros(size)), len(kernel), size, 1, 0, 0, 0, 0, 0, 0)
        + b"k"
        for _ in range(count)
    )
    body = local + kernel
    return body + central + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count & 0xFFFF, count & 0xFFFF, len(central), len(body), 0)


def patched(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def lying_size(field: str) -> bytes:
    """Sizes in the local header and the directory that are not true."""
    data = zip_of({"a.txt": TEXT * 50})
    central = data.index(b"PK\1\2")
    if field == "local-huge":
        return patched(data, 18, struct.pack("<II", 0xFFFFFFF0, 0xFFFFFFF0))
    if field == "central-huge":
        return patched(data, central + 20, struct.pack("<II", 0x7FFFFFF0, 0x7FFFFFF0))
    if field == "central-zero":
        return patched(data, central + 20, struct.pack("<II", 0, 0))
    if field == "wrong-crc":
        return patched(data, central + 16, b"\1\2\3\4")
    if field == "wrong-method":
        return patched(data, central + 10, struct.pack("<H", 0))
    if field == "unknown-method":
        return patched(patched(data, central + 10, struct.pack("<H", 97)), 8, struct.pack("<H", 97))
    if field == "name-too-long":
        return patched(data, central + 28, struct.pack("<H", 0xFFFF))
    if field == "offset-outside":
        return patched(data, central + 42, struct.pack("<I", 0x7FFFFFFF))
    if field == "end-offset-outside":
        return patched(data, data.index(b"PK\5\6") + 16, struct.pack("<I", 0x7FFFFFFF))
    if field == "end-count":
        return patched(data, data.index(b"PK\5\6") + 8, struct.pack("<HH", 60_000, 60_000))
    raise ValueError(field)


def encrypted_flag() -> bytes:
    data = zip_of({"檢舉人名冊.txt": TEXT, "b.txt": TEXT})
    for magic, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        start = data.index(magic)
        flags = struct.unpack_from("<H", data, start + at)[0]
        data = patched(data, start + at, struct.pack("<H", flags | 1))
    return data


def hidden_member() -> bytes:
    """A local entry that the directory does not list."""
    extra = zip_of({"hidden.txt": TEXT})
    entry = extra[: extra.index(b"PK\1\2")]
    shown = zip_of({"shown.txt": b"nothing"})
    body_end = shown.index(b"PK\1\2")
    end = shown.index(b"PK\5\6")
    moved = patched(shown[end:], 16, struct.pack("<I", body_end + len(entry)))
    return shown[:body_end] + entry + shown[body_end:end] + moved


def different_names() -> bytes:
    data = zip_of({"aaaaaaaaaaaa.txt": b"text"})
    return data.replace(b"aaaaaaaaaaaa", b"A123456789-a", 1)


def tar_header(name: bytes, size: bytes, kind: bytes = b"0") -> bytes:
    header = bytearray(512)
    header[: len(name)] = name
    header[100:108], header[124:136], header[136:148] = b"0000644\0", size.ljust(12, b"\0")[:12], b"00000000000\0"
    header[156:157], header[257:265] = kind, b"ustar\00000"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def billion_laughs(levels: int, each: int) -> bytes:
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * each}">' for i in range(1, levels + 1))
    return f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "{NEEDLE}">{entities}]><a>&l{levels};</a>'.encode()


def mail(body: bytes, headers: str = "") -> bytes:
    return f"Subject: test\r\nFrom: a@example.tw\r\nMIME-Version: 1.0\r\n{headers}\r\n".encode() + body


def nested_multipart(levels: int) -> bytes:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(levels))
    return b"MIME-Version: 1.0\r\nSubject: x\r\n" + head + b"Content-Type: text/plain\r\n\r\n" + TEXT


def nested_messages(levels: int) -> bytes:
    data = mail(TEXT)
    for _ in range(levels):
        data = mail(data, "Content-Type: message/rfc822\r\n")
    return data


def multipart(parts: list[bytes], *, boundary: str = "b", closing: bool = True) -> bytes:
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return mail(body + (b"--" + boundary.encode() + b"--\r\n" if closing else b""), f"Content-Type: multipart/mixed; boundary={boundary}\r\n")


def enveloped() -> bytes:
    der = bytes.fromhex("308006092a864886f70d010703a080") + b"\0" * 40
    return mail(base64.encodebytes(der), "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n"
                "Content-Transfer-Encoding: base64\r\n")  # fmt: skip


def random_bytes(size: int, seed: int = 7) -> bytes:
    return random.Random(seed).randbytes(size)


def tnef(attributes: list[tuple[int, int, bytes]], *, lie: int | None = None) -> bytes:
    out = struct.pack("<IH", 0x223E9F78, 1)
    for level, number, body in attributes:
        out += struct.pack("<BHHI", level, number, 6, len(body) if lie is None else lie) + body + struct.pack("<H", sum(body) & 0xFFFF)
    return out


def png(width: int, height: int, chunks: list[tuple[bytes, bytes]] = []) -> bytes:  # noqa: B006
    out = b"\x89PNG\r\n\x1a\n"
    for kind, body in [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), *chunks, (b"IEND", b"")]:
        out += struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return out


def tiff_loop() -> bytes:
    """A directory whose next directory is itself."""
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1) + struct.pack("<HHII", 0x010E, 2, 4, 0x41414141) + struct.pack("<I", 8)


def huge_gzip(size: int, *, times: int = 1) -> bytes:
    return gzip.compress(zeros(size)) * times


def _zips() -> Iterator[Case]:
    yield Case("zip-bomb", "a.zip", lambda: zip_of({f"{i}.txt": zeros(8 << 20) for i in range(20)}), SIZE)
    yield Case("zip-bomb-one-member", "a.zip", lambda: zip_of({"a.txt": zeros(100 << 20)}), SIZE)
    yield Case("zip-bomb-bzip2", "a.zip", lambda: zip_of({"a.txt": zeros(90 << 20)}, method=zipfile.ZIP_BZIP2), SIZE)
    yield Case("zip-bomb-lzma", "a.zip", lambda: zip_of({"a.txt": zeros(90 << 20)}, method=zipfile.ZIP_LZMA), SIZE)
    yield Case("zip-bomb-overlapping", "a.zip", lambda: overlapping(500, 4 << 20), SIZE)
    yield Case("zip-bomb-nested", "a.zip", lambda: zip_of({f"{i}.zip": zip_of({"a": zeros(20 << 20)}) for i in range(8)}), SIZE)
    yield Case("zip-many-members", "a.zip", lambda: zip_of({f"{i}": b"" for i in range(3_000)}), frozenset({R.LIMIT_MEMBERS}))
    yield Case("zip-nested-too-deep", "a.zip", lambda: nested(20, lambda d: zip_of({"a.zip": d})), frozenset({R.LIMIT_DEPTH}))
    yield Case("zip-nested-as-allowed", "a.zip", lambda: nested(10, lambda d: zip_of({"a.zip": d})), READABLE, True)
    yield Case("zip-in-itself", "a.zip", quine_like, READABLE, True)
    for field in ("local-huge", "central-huge", "central-zero", "end-count"):
        yield Case(f"zip-lies-{field}", "a.zip", lambda f=field: lying_size(f), ANY, True)  # type: ignore[misc]
    yield Case("zip-lies-wrong-crc", "a.zip", lambda: lying_size("wrong-crc"), BROKEN, True)
    yield Case("zip-lies-wrong-method", "a.zip", lambda: lying_size("wrong-method"), frozenset({R.AMBIGUOUS}), True)
    yield Case("zip-unknown-method", "a.zip", lambda: lying_size("unknown-method"), frozenset({R.MISSING_READER}))
    yield Case("zip-lies-name-length", "a.zip", lambda: lying_size("name-too-long"), ANY, True)
    yield Case("zip-lies-offset", "a.zip", lambda: lying_size("offset-outside"), BROKEN, True)
    yield Case("zip-lies-end-offset", "a.zip", lambda: lying_size("end-offset-outside"), ANY, True)
    yield Case("zip-encrypted-member", "a.zip", encrypted_flag, frozenset({R.ENCRYPTED}), True)
    yield Case("zip-hidden-member", "a.zip", hidden_member, READABLE, True)
    yield Case("zip-two-names", "a.zip", different_names, READABLE)
    yield Case("zip-same-name-twice", "a.zip", lambda: _twice(), READABLE, True)
    yield Case("zip-path-up", "a.zip", lambda: zip_of({"../../../../tmp/dlp-escape": TEXT}), READABLE, True)
    yield Case("zip-path-absolute", "a.zip", lambda: zip_of({"/tmp/dlp-escape": TEXT}), READABLE, True)
    yield Case("zip-path-windows", "a.zip", lambda: zip_of({"..\\..\\C:\\dlp-escape": TEXT}), READABLE, True)
    yield Case("zip-path-nul-and-control", "a.zip", lambda: zip_of({"a\x01\x1b[31mb\nc": TEXT}), READABLE, True)
    yield Case("zip-name-of-64k", "a.zip", lambda: zip_of({"a" * 65_000: TEXT}), READABLE, True)
    yield Case("zip-no-directory", "a.zip", lambda: _cut_before(zip_of({"a.txt": TEXT * 9}), b"PK\1\2"), BROKEN, True)
    yield Case("zip-only-end", "a.zip", lambda: b"PK\5\6" + b"\0" * 18, READABLE)
    yield Case("zip-end-cut", "a.zip", lambda: zip_of({"a.txt": TEXT})[:-10], BROKEN, True)
    yield Case("zip-stream-cut", "a.zip", lambda: zip_of({"a.txt": random_bytes(4000).hex().encode() + TEXT})[:900], BROKEN)
    yield Case("zip-with-prefix", "a.zip", lambda: b"#!/bin/sh\n" + zip_of({"a.txt": TEXT}), ANY, True)
    yield Case("zip-with-suffix", "a.zip", lambda: zip_of({"a.txt": b"x"}) + b"\n" + TEXT * 3, READABLE, True)
    yield Case("zip-comment", "a.zip", lambda: zip_of({"a.txt": b"x"}, comment=TEXT), READABLE, True)
    yield Case("zip-docx-cut", "a.docx", lambda: _docx()[:-40], BROKEN | {R.MISSING_READER}, True)
    yield Case("zip-garbage-after-signature", "a.zip", lambda: b"PK\3\4" + random_bytes(5000), BROKEN | {R.MISSING_READER, R.ENCRYPTED})


def _twice() -> bytes:
    out = io.BytesIO()
    import warnings

    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a.txt", b"harmless")
        archive.writestr("a.txt", TEXT)
    return out.getvalue()


def _cut_before(data: bytes, mark: bytes) -> bytes:
    return data[: data.index(mark)]


def _docx() -> bytes:
    body = f'<w:document xmlns:w="x"><w:body><w:p><w:r><w:t>{NEEDLE}</w:t></w:r></w:p></w:body></w:document>'
    return zip_of({"[Content_Types].xml": b"<Types/>", "word/document.xml": body.encode(), "_rels/.rels": b"<R/>"})


def _streams() -> Iterator[Case]:
    yield Case("gzip-bomb", "a.gz", lambda: huge_gzip(120 << 20), SIZE)
    yield Case("gzip-bomb-members", "a.gz", lambda: huge_gzip(4 << 20, times=30), SIZE)
    yield Case("gzip-nested", "a.gz", lambda: nested(20, gzip.compress), frozenset({R.LIMIT_DEPTH}))
    yield Case("gzip-cut", "a.gz", lambda: gzip.compress(TEXT * 50)[:-9], BROKEN)
    yield Case("gzip-wrong-crc", "a.gz", lambda: patched(gzip.compress(TEXT), len(gzip.compress(TEXT)) - 8, b"xxxx"), BROKEN, True)
    yield Case("gzip-tail", "a.gz", lambda: gzip.compress(b"x") + TEXT * 2, READABLE, True)
    yield Case("gzip-name-unending", "a.gz", lambda: b"\x1f\x8b\x08\x08\0\0\0\0\0\3" + b"a" * 3000, BROKEN)
    yield Case("gzip-empty-members", "a.gz", lambda: gzip.compress(b"") * 20_000, ANY)
    yield Case("bzip2-bomb", "a.bz2", lambda: bz2.compress(zeros(120 << 20)), SIZE)
    yield Case("bzip2-cut", "a.bz2", lambda: bz2.compress(TEXT * 10)[:-6], BROKEN)
    yield Case("bzip2-damaged", "a.bz2", lambda: patched(bz2.compress(TEXT * 10), 30, b"\xff\xff\xff"), BROKEN)
    yield Case("xz-bomb", "a.xz", lambda: lzma.compress(zeros(120 << 20)), SIZE)
    yield Case("xz-cut", "a.xz", lambda: lzma.compress(TEXT * 10)[:-8], BROKEN, True)
    yield Case("lzma-dictionary-4g", "a.lzma", lambda: b"\x5d\xff\xff\xff\xff" + b"\xff" * 8 + b"\0" * 50, ANY)
    yield Case("xz-damaged", "a.xz", lambda: patched(lzma.compress(TEXT * 10), 40, b"\0\0\0\0"), BROKEN)
    yield Case("tgz-bomb", "a.tgz", lambda: gzip.compress(tar_of({f"{i}": zeros(8 << 20) for i in range(12)})), SIZE)
    yield Case("zstd-no-frame", "a.zst", lambda: b"\x28\xb5\x2f\xfd" + random_bytes(300), ANY)
    yield Case("compress-garbage", "a.Z", lambda: b"\x1f\x9d\x90" + random_bytes(300), ANY)


def _tars() -> Iterator[Case]:
    yield Case("tar-size-negative", "a.tar", lambda: tar_header(b"a", b"\xff" * 12) + TEXT, BROKEN)
    yield Case("tar-size-huge", "a.tar", lambda: tar_header(b"a", b"77777777777") + TEXT, BROKEN, True)
    yield Case("tar-size-base256", "a.tar", lambda: tar_header(b"a", b"\x80\0\0\0\x7f" + b"\xff" * 7) + TEXT, BROKEN, True)
    yield Case("tar-no-end", "a.tar", lambda: tar_of({"a": TEXT})[:1024], READABLE, True)
    yield Case("tar-cut", "a.tar", lambda: tar_of({"a": TEXT * 100})[:1400], BROKEN, True)
    yield Case("tar-bad-header-between", "a.tar", _tar_with_hole, BROKEN, True)
    yield Case("tar-path-up", "a.tar", lambda: tar_of({"../../../../tmp/dlp-escape": TEXT}), READABLE, True)
    yield Case("tar-link-out", "a.tar", _tar_links, READABLE, True)
    yield Case("tar-devices", "a.tar", _tar_devices, READABLE, True)
    yield Case("tar-many", "a.tar", lambda: tar_of({f"{i}": b"" for i in range(2_500)}), frozenset({R.LIMIT_MEMBERS}))
    yield Case("tar-pax-length-lies", "a.tar", lambda: tar_header(b"x", b"00000000014", b"x") + b"999999 path=a".ljust(512, b"\0") + tar_of({"a": TEXT}), READABLE, True)
    yield Case("tar-pax-size-huge", "a.tar", _tar_pax_size, ANY)
    yield Case("tar-longname-loop", "a.tar", lambda: (tar_header(b"L", b"00000000003", b"L") + b"abc".ljust(512, b"\0")) * 2000 + tar_of({"a": TEXT}), READABLE, True)
    yield Case("tar-gnu-sparse-huge", "a.tar", lambda: tar_header(b"s", b"00000000000", b"S") + tar_of({"a": TEXT}), READABLE, True)
    yield Case("tar-nested-deep", "a.tar", lambda: nested(20, lambda d: tar_of({"a.tar": d})), frozenset({R.LIMIT_DEPTH}))


def _tar_with_hole() -> bytes:
    good = tar_of({"a": TEXT})[:1024]
    return good + b"garbage!" * 64 + good


def _tar_links() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind, name in ((tarfile.SYMTYPE, "link"), (tarfile.LNKTYPE, "hard")):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/tmp/dlp-escape"
            archive.addfile(info)
        info = tarfile.TarInfo("link/x")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    return out.getvalue()


def _tar_devices() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"dev-{kind!r}-A123456789")
            info.type, info.devmajor, info.devminor = kind, 1, 5
            archive.addfile(info)
        info = tarfile.TarInfo("a")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    return out.getvalue()


def _tar_pax_size() -> bytes:
    record = b"30 size=99999999999999999999\n"
    record = b"%d %s" % (len(record), record[3:])
    return tar_header(b"x", b"%011o" % len(record), b"x") + record.ljust(512, b"\0") + tar_header(b"a", b"00000000004") + b"text".ljust(512, b"\0")


def _markup() -> Iterator[Case]:
    yield Case("xml-billion-laughs", "a.xml", lambda: billion_laughs(12, 10), frozenset({R.LIMIT_UNPACKED}), True)
    yield Case("xml-quadratic-blowup", "a.xml", lambda: f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "{"x" * 50_000}">]><a>{"&b;" * 5_000}</a>'.encode(), frozenset({R.LIMIT_UNPACKED}))
    yield Case("xml-entity-loop", "a.xml", lambda: b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "&b;"><!ENTITY b "&a;">]><a>&a;</a>', frozenset({R.LIMIT_DEPTH}))
    yield Case("xml-external-file", "a.xml", lambda: b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', frozenset({R.EXTERNAL}))
    yield Case("xml-external-http", "a.xml", lambda: b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "http://127.0.0.1:9/x">]><a>&e;</a>', frozenset({R.EXTERNAL}))
    yield Case("xml-external-dtd", "a.xml", lambda: f'<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a>{NEEDLE}</a>'.encode(), READABLE, True)
    yield Case("xml-parameter-entity", "a.xml", lambda: f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]><a>{NEEDLE}</a>'.encode(), ANY, True)
    yield Case("xml-xinclude", "a.xml", lambda: f'<?xml version="1.0"?><a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd" parse="text"/>{NEEDLE}</a>'.encode(), READABLE, True)
    yield Case("xml-deep", "a.xml", lambda: b'<?xml version="1.0"?>' + b"<a>" * 50_000 + TEXT + b"</a>" * 50_000, frozenset({R.LIMIT_DEPTH, R.DAMAGED}), True)
    yield Case("xml-long-attribute", "a.xml", lambda: b'<?xml version="1.0"?><a b="' + b"x" * (12 << 20) + b'">' + TEXT + b"</a>", READABLE, True)
    yield Case("xml-many-attributes", "a.xml", lambda: b'<?xml version="1.0"?><a ' + b" ".join(b'a%d="x"' % i for i in range(20_000)) + b">" + TEXT + b"</a>", READABLE, True)
    yield Case("xml-cut", "a.xml", lambda: b'<?xml version="1.0"?><a><b>' + TEXT + b"</b><c", BROKEN, True)
    yield Case("xml-lying-encoding", "a.xml", lambda: f'<?xml version="1.0" encoding="UTF-16"?><a>{NEEDLE}</a>'.encode(), READABLE, True)
    yield Case("xml-unknown-encoding", "a.xml", lambda: f'<?xml version="1.0" encoding="x-nonsense"?><a>{NEEDLE}</a>'.encode(), READABLE, True)
    yield Case("xml-nul-bytes", "a.xml", lambda: b'<?xml version="1.0"?><a>\0' + TEXT + b"\0</a>", READABLE, True)
    yield Case("di-billion-laughs", "a.di", lambda: billion_laughs(12, 10).replace(b"<a>", "<函><主旨>".encode()).replace(b"</a>", "</主旨></函>".encode()), frozenset({R.LIMIT_UNPACKED}), True)
    yield Case("di-cut", "a.di", lambda: f'<?xml version="1.0"?><!DOCTYPE 函 SYSTEM "104_2_utf8.dtd"><函><主旨><文字>{NEEDLE}</文字></主旨><段落'.encode(), BROKEN, True)
    yield Case("di-deep", "a.di", lambda: ("<函>" + '<條列 序號="一">' * 5_000 + NEEDLE).encode(), ANY, True)
    yield Case("json-deep", "a.json", lambda: b'{"a":' + b"[" * 500_000 + b'"' + TEXT + b'"', READABLE, True)
    yield Case("json-long-number", "a.json", lambda: b'{"a":' + b"1" * 2_000_000 + b',"b":"' + TEXT + b'"}', READABLE, True)
    yield Case("json-backslashes", "a.json", lambda: b'{"a":"' + b"\\" * 1_000_000 + b'","b":"' + TEXT + b'"}', READABLE, True)
    yield Case("csv-one-quote", "a.csv", lambda: b'a,b\n"' + TEXT + b",x\n" * 200_000, READABLE, True)
    yield Case("csv-million-columns", "a.csv", lambda: b"," * 3_000_000 + TEXT, READABLE, True)
    yield Case("html-deep", "a.html", lambda: b"<html>" + b"<div>" * 200_000 + TEXT, ANY, True)
    yield Case("html-unclosed-comment", "a.html", lambda: b"<html>" + b"<!--" * 100_000 + TEXT, READABLE, True)
    yield Case("html-unclosed-attribute", "a.html", lambda: b'<html><p>x</p><a title="' + TEXT, READABLE, True)
    yield Case("html-unclosed-tags", "a.html", lambda: b"<html>" + b"<a" * 300_000 + TEXT, READABLE, True)
    yield Case("html-open-angle", "a.html", lambda: b"<html>" + b"<" * 1_000_000 + TEXT, READABLE, True)
    yield Case("html-many-attributes", "a.html", lambda: b"<html><p " + b" ".join(b"a%d=x" % i for i in range(30_000)) + b">" + TEXT, READABLE, True)
    yield Case("html-srcdoc-nested", "a.html", lambda: _srcdoc(30), ANY)
    yield Case("html-data-uri-zip-bomb", "a.html", lambda: b'<html><a href="data:application/zip;base64,' + base64.b64encode(zip_of({"a": zeros(90 << 20)})) + b'">x</a></html>', SIZE)
    yield Case("html-comment-nest", "a.html", lambda: b"<html>" + b"<!--[if mso]><p>" * 5_000 + TEXT, ANY, True)
    yield Case("html-character-references", "a.html", lambda: ("<html><p>" + "".join(f"&#{ord(c)};" for c in NEEDLE) + "&#x110000;&#0;&#xD800;</p></html>").encode(), READABLE, True)
    yield Case("html-style-rules", "a.html", lambda: b"<html><style>" + b".a{display:none}" * 100_000 + b"</style><p class=a>" + TEXT, READABLE, True)
    yield Case("html-no-visible-text", "a.html", lambda: b"<html><script>" + b"x" * 100_000, READABLE)
    yield Case("svg-use-bomb", "a.svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg">' + b"".join(b'<g id="g%d">' % i + b'<use href="#g%d"/>' % (i - 1) * 10 + b"</g>" for i in range(1, 100)) + b"<text>" + TEXT + b"</text></svg>", READABLE, True)


def _srcdoc(levels: int) -> bytes:
    page = f"<p>{NEEDLE}</p>"
    for _ in range(levels):
        page = '<iframe srcdoc="' + page.replace("&", "&amp;").replace('"', "&quot;") + '"></iframe>'
        if len(page) > 3_000_000:
            break
    return ("<html>" + page).encode()


def _mails() -> Iterator[Case]:
    yield Case("mail-multipart-deep", "a.eml", lambda: nested_multipart(200), frozenset({R.LIMIT_DEPTH}))
    yield Case("mail-messages-deep", "a.eml", lambda: nested_messages(60), frozenset({R.LIMIT_DEPTH}))
    yield Case("mail-many-parts", "a.eml", lambda: multipart([b"Content-Type: text/plain\r\n\r\nx"] * 3_000), frozenset({R.LIMIT_MEMBERS}))
    yield Case("mail-header-huge", "a.eml", lambda: b"Subject: " + b"a" * (2 << 20) + b"\r\n " + TEXT + b"\r\n\r\nx", frozenset({R.LIMIT_SIZE}), True)
    yield Case("mail-many-headers", "a.eml", lambda: b"".join(b"X-A%d: b\r\n" % i for i in range(20_000)) + b"Subject: " + TEXT + b"\r\nMIME-Version: 1.0\r\n\r\nx", READABLE, True)
    yield Case("mail-no-boundary", "a.eml", lambda: mail(b"--q\r\nContent-Type: text/plain\r\n\r\n" + TEXT + b"\r\n--q--", "Content-Type: multipart/mixed\r\n"), ANY, True)
    yield Case("mail-wrong-boundary", "a.eml", lambda: mail(b"--real\r\nContent-Type: text/plain\r\n\r\n" + TEXT + b"\r\n--real--", "Content-Type: multipart/mixed; boundary=lie\r\n"), READABLE, True)
    yield Case("mail-empty-boundary", "a.eml", lambda: mail(b"--\r\n\r\n" + TEXT, 'Content-Type: multipart/mixed; boundary=""\r\n'), ANY, True)
    yield Case("mail-boundary-unclosed", "a.eml", lambda: multipart([b"Content-Type: text/plain\r\n\r\n" + TEXT], closing=False), READABLE, True)
    yield Case("mail-boundary-prefix", "a.eml", lambda: mail(b"--ab\r\n\r\nx\r\n--abc\r\n\r\n" + TEXT + b"\r\n--ab--", "Content-Type: multipart/mixed; boundary=ab\r\n"), READABLE, True)
    yield Case("mail-boundary-regex", "a.eml", lambda: multipart([b"\r\n" + TEXT], boundary="(a+)+$"), READABLE, True)
    yield Case("mail-two-boundaries", "a.eml", lambda: mail(b"--x\r\n\r\nx\r\n--x--\r\n--y\r\n\r\n" + TEXT + b"\r\n--y--", "Content-Type: multipart/mixed; boundary=x\r\nContent-Type: multipart/mixed; boundary=y\r\n"), READABLE, True)
    yield Case("mail-two-encodings", "a.eml", lambda: mail(base64.b64encode(TEXT), "Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n"), READABLE, True)
    yield Case("mail-part-after-end", "a.eml", lambda: multipart([b"\r\nx"]) + b"--b\r\nContent-Type: text/plain\r\n\r\n" + TEXT, READABLE, True)
    yield Case("mail-preamble", "a.eml", lambda: mail(TEXT + b"\r\n--b\r\n\r\nx\r\n--b--", "Content-Type: multipart/mixed; boundary=b\r\n"), READABLE, True)
    yield Case("mail-base64-dirt", "a.eml", lambda: mail(b"!!" + b"*\r\n".join(base64.b64encode(TEXT)[i : i + 3] for i in range(0, 40, 3)), "Content-Transfer-Encoding: base64\r\n"), READABLE, True)
    yield Case("mail-base64-unpadded", "a.eml", lambda: mail(base64.b64encode(TEXT + b"x").rstrip(b"="), "Content-Transfer-Encoding: base64\r\n"), READABLE, True)
    yield Case("mail-base64-in-pieces", "a.eml", lambda: mail(base64.b64encode(TEXT[:10]) + b"\r\n" + base64.b64encode(TEXT[10:]), "Content-Transfer-Encoding: base64\r\n"), READABLE, True)
    yield Case("mail-base64-undeclared", "a.eml", lambda: mail(base64.encodebytes(TEXT * 20)), READABLE, True)
    yield Case("mail-base64-declared-plain", "a.eml", lambda: mail(("這是一段普通的文字，" + NEEDLE).encode(), "Content-Transfer-Encoding: base64\r\n"), READABLE, True)
    yield Case("mail-qp-cut", "a.eml", lambda: mail(TEXT + b"=", "Content-Transfer-Encoding: quoted-printable\r\n"), READABLE, True)
    yield Case("mail-charset-lies", "a.eml", lambda: mail(NEEDLE.encode("cp950"), "Content-Type: text/plain; charset=utf-8\r\n"), READABLE, True)
    yield Case("mail-charset-unknown", "a.eml", lambda: mail(NEEDLE.encode("cp950"), "Content-Type: text/plain; charset=x-nonsense\r\n"), READABLE, True)
    yield Case("mail-utf7", "a.eml", lambda: mail(NEEDLE.encode("utf-7"), "Content-Type: text/plain; charset=utf-7\r\n"), READABLE, True)
    yield Case("mail-encoded-word-bomb", "a.eml", lambda: b"Subject: " + b"=?utf-8?q?" * 50_000 + TEXT + b"\r\nMIME-Version: 1.0\r\n\r\nx", READABLE, True)
    yield Case("mail-bare-cr", "a.eml", lambda: b"Subject: x\rMIME-Version: 1.0\r\r" + TEXT, READABLE, True)
    yield Case("mail-no-header", "a.eml", lambda: TEXT, READABLE, True)
    yield Case("mail-no-body", "a.eml", lambda: b"Subject: " + TEXT, READABLE, True)
    yield Case("mail-nuls", "a.eml", lambda: mail(b"\0".join(TEXT[i : i + 1] for i in range(len(TEXT)))), READABLE, True)
    yield Case("mail-long-line", "a.eml", lambda: mail(b"x" * (5 << 20) + TEXT), READABLE, True)
    yield Case("mail-external-body", "a.eml", lambda: mail(b"Content-Type: text/plain\r\n\r\n", 'Content-Type: message/external-body; access-type=URL; URL="http://127.0.0.1:9/"\r\n'), frozenset({R.EXTERNAL}))
    yield Case("mail-partial", "a.eml", lambda: mail(TEXT, "Content-Type: message/partial; id=x; number=1; total=3\r\n"), frozenset({R.TRUNCATED}), True)
    yield Case("mail-smime-encrypted", "a.eml", enveloped, frozenset({R.ENCRYPTED}))
    yield Case("mail-pgp-inline", "a.eml", lambda: mail(b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"), frozenset({R.ENCRYPTED}))
    yield Case("mail-pgp-mime", "a.eml", lambda: mail(b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n--b--", "Content-Type: multipart/encrypted; boundary=b\r\n"), frozenset({R.ENCRYPTED}))
    yield Case("mail-uu-unending", "a.eml", lambda: mail(b"begin 644 a\r\n" + b"M" * 200_000 + b"\r\n" + TEXT), READABLE, True)
    yield Case("mail-uu-many-begins", "a.eml", lambda: mail(b"begin 644 a\r\n" * 50_000 + TEXT), READABLE, True)
    yield Case("mail-attachment-bomb", "a.eml", lambda: mail(base64.encodebytes(zip_of({"a": zeros(90 << 20)})), "Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n"), SIZE)
    yield Case("mail-parameter-bomb", "a.eml", lambda: mail(TEXT, "Content-Type: text/plain" + "; a*0*=x" * 5_000 + "\r\n"), READABLE, True)
    yield Case("mail-name-control-characters", "a.eml", lambda: mail(TEXT, 'Content-Type: text/plain; name="../../tmp/dlp-escape\x01\x7f"\r\n'), READABLE, True)
    yield Case("mbox-many", "a.mbox", lambda: b"From a@b Mon\nSubject: x\n\nx\n\n" * 25_000, frozenset({R.LIMIT_MEMBERS}))
    yield Case("ics-unfold-bomb", "a.ics", lambda: b"BEGIN:VCALENDAR\r\nSUMMARY:" + b"\r\n x" * 300_000 + TEXT + b"\r\nEND:VCALENDAR", READABLE, True)
    yield Case("vcard-photo-bomb", "a.vcf", lambda: b"BEGIN:VCARD\r\nPHOTO;ENCODING=b:" + base64.b64encode(gzip.compress(zeros(90 << 20))) + b"\r\nEND:VCARD", SIZE)
    yield Case("pkcs7-nested-octets", "a.p7m", lambda: bytes.fromhex("3080 0609 2a864886f70d010702 a080 3080 020101 3100 3080 0609 2a864886f70d010701 a080") + b"\x24\x80" * 5_000, BROKEN)
    yield Case("pkcs7-garbage", "a.p7m", lambda: bytes.fromhex("3082ffff06092a864886f70d010702") + random_bytes(2_000), ANY)


def _binaries() -> Iterator[Case]:
    yield Case("tnef-length-lies", "winmail.dat", lambda: tnef([(1, 0x8004, TEXT)], lie=0x7FFFFFFF), BROKEN, True)
    yield Case("tnef-bad-level", "winmail.dat", lambda: struct.pack("<IH", 0x223E9F78, 1) + b"\x09" * 50, BROKEN)
    yield Case("tnef-properties-count", "winmail.dat", lambda: tnef([(1, 0x9003, struct.pack("<I", 0xFFFFFFFF) + b"\0" * 60)]), ANY)
    yield Case("tnef-recipients-count", "winmail.dat", lambda: tnef([(1, 0x9004, struct.pack("<I", 0xFFFFFFFF) + b"\0" * 40)]), ANY)
    yield Case("tnef-rtf-garbage", "winmail.dat", lambda: tnef([(1, 0x9003, struct.pack("<IHHII", 1, 0x0102, 0x1009, 1, 40) + random_bytes(40))]), BROKEN)
    yield Case("tnef-cut", "winmail.dat", lambda: tnef([(1, 0x800C, TEXT * 10)])[:60], BROKEN, True)
    yield Case("png-cut", "a.png", lambda: png(500, 500)[:20], frozenset({R.IMAGE}))
    yield Case("png-chunk-lies", "a.png", lambda: png(500, 500)[:33] + b"\xff\xff\xff\xfftEXt" + TEXT, frozenset({R.IMAGE}), True)
    yield Case("png-ztxt-bomb", "a.png", lambda: png(500, 500, [(b"zTXt", b"k\0\0" + zlib.compress(zeros(100 << 20)))]), SIZE)
    yield Case("png-pixel-flood", "a.png", lambda: png(100_000, 100_000), frozenset({R.LIMIT_SIZE}))
    yield Case("png-name-is-text", "a.txt", lambda: png(500, 500, [(b"tEXt", b"Comment\0" + TEXT)]), frozenset({R.IMAGE}), True)
    yield Case("tiff-directory-loop", "a.tif", tiff_loop, frozenset({R.IMAGE}))
    yield Case("jpeg-segment-zero", "a.jpg", lambda: b"\xff\xd8" + b"\xff\xe1\0\0" * 2_000, frozenset({R.IMAGE}))
    yield Case("gif-comment-unending", "a.gif", lambda: b"GIF89a" + struct.pack("<HH", 300, 300) + b"\0\0\0" + b"\x21\xfe\xff" + TEXT, frozenset({R.IMAGE}), True)
    yield Case("binary-named-text", "a.txt", lambda: random_bytes(3_000) + TEXT + random_bytes(3_000), frozenset({R.UNKNOWN_TYPE}), True)
    yield Case("executable-named-docx", "a.docx", lambda: b"MZ\x90\0\3\0\0\0" + random_bytes(3_000) + TEXT, frozenset({R.UNKNOWN_TYPE}), True)
    yield Case("random-3-mb", "a.bin", lambda: random_bytes(3 << 20), frozenset({R.UNKNOWN_TYPE}))
    yield Case("seven-zip-garbage", "a.7z", lambda: b"7z\xbc\xaf\x27\x1c\0\4" + random_bytes(500), BROKEN | {R.MISSING_READER, R.ENCRYPTED})
    yield Case("seven-zip-header-huge", "a.7z", lambda: b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<IQQI", 0, 0, 1 << 60, 0), BROKEN | {R.MISSING_READER})
    yield Case("rar-garbage", "a.rar", lambda: b"Rar!\x1a\x07\x01\0" + random_bytes(500), ANY)
    yield Case("cab-garbage", "a.cab", lambda: b"MSCF\0\0\0\0" + random_bytes(500), ANY)
    yield Case("iso-empty", "a.iso", lambda: b"\0" * 32_769 + b"CD001" + b"\0" * 40_000, ANY)
    yield Case("empty", "a.odt", lambda: b"", frozenset({R.EMPTY}))
    yield Case("nuls-only", "a.bin", lambda: b"\0" * 100_000, ANY)
    yield Case("text-with-nuls", "a.txt", lambda: b"\0".join((TEXT, b"x" * 50, TEXT)), READABLE, True)
    yield Case("text-one-line-8-mb", "a.txt", lambda: b"x" * (8 << 20) + TEXT, READABLE, True)
    yield Case("text-invalid-utf8", "a.txt", lambda: b"\xff\xfe\xfd ok " + TEXT + b" \x80\x80", ANY, True)
    yield Case("text-big5-stray-lead", "a.txt", lambda: "身分證字號".encode("cp950") + b"\xa4A123456789 " + "請查照。".encode("cp950"), READABLE, False)
    yield Case("text-utf16-odd-length", "a.txt", lambda: NEEDLE.encode("utf-16") + b"\x41", READABLE, True)
    yield Case("text-utf32", "a.txt", lambda: NEEDLE.encode("utf-32"), READABLE, True)
    yield Case("text-lone-surrogates", "a.txt", lambda: b"\xff\xfe" + (NEEDLE.encode("utf-16-le")) + b"\x00\xd8\x00\xd8", READABLE, True)


def cases() -> list[Case]:
    """All hostile inputs of the readers for text, mail, markup, archives and pictures."""
    return [*_zips(), *_streams(), *_tars(), *_markup(), *_mails(), *_binaries()]
