"""LibreOffice itself, headless: the settings package is installed, a document is opened, and our match comes back.

Its own macro language drives it (no Python-UNO needed): the document's proofreading is started as the window would do it, then
one paragraph is asked for and what LibreOffice understood is written to a file.
"""

import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from tests.post.conftest import Site

pytestmark = pytest.mark.skipif(not shutil.which("soffice") or not shutil.which("unopkg"), reason="LibreOffice is not here (apt: libreoffice-writer-nogui)")
TEXT = "😀本案係由住三樓的葉俊宏檢舉，電話0928-471-356 & 100% a+b。"
MACRO = """Sub Main
On Error Goto Failed
f = FreeFile
Open "{folder}/answer.txt" For Output As #f
Dim hidden(0) As New com.sun.star.beans.PropertyValue
hidden(0).Name = "Hidden" : hidden(0).Value = True
document = StarDesktop.loadComponentFromURL("file://{folder}/draft.odt", "_blank", 0, hidden())
CreateUnoService("com.sun.star.linguistic2.ProofreadingIterator").startProofreading(document, document)
Wait 2500
Dim place As New com.sun.star.lang.Locale
place.Language = "zh" : place.Country = "TW"
checker = CreateUnoService("org.openoffice.lingu.LanguageToolGrammarChecker")
Print #f, "knows zh-TW: " & checker.hasLocale(place)
words = document.Text.String
found = checker.doProofreading("1", words, place, 0, Len(words), Array())
For i = 0 To UBound(found.aErrors)
e = found.aErrors(i)
Print #f, e.nErrorStart & "|" & e.nErrorLength & "|" & e.aFullComment & "|" & e.aSuggestions(0) & "|" & e.aShortComment
Next
Print #f, "done"
Close #f
document.close(True)
StarDesktop.terminate
Exit Sub
Failed:
Print #f, "failed: " & Error$ & ", line " & Erl
Close #f
StarDesktop.terminate
End Sub"""
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">{macro}</script:module>"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" library:passwordprotected="false"><library:element library:name="Module1"/></library:library>"""


@pytest.fixture
def relay(site: Site) -> Iterator[tuple[str, list[tuple[str, str, bytes]]]]:
    """Passes everything on to the site and writes down what came."""
    import urllib.request

    seen: list[tuple[str, str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._pass_on(self.rfile.read(int(self.headers.get("content-length", 0))))

        def do_GET(self) -> None:
            self._pass_on(None)

        def _pass_on(self, body: bytes | None) -> None:
            seen.append((self.command, self.path, body or b""))
            asked = urllib.request.Request(site.url + self.path, body, {"content-type": self.headers.get("content-type", "")})
            with urllib.request.urlopen(asked) as answer:
                data = answer.read()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v2", seen
    server.shutdown()
    thread.join()
    server.server_close()


def draft(path: Path) -> None:
    """A document of one paragraph in zh-TW."""
    names = " ".join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for p, n in (("office", "office"), ("text", "text"), ("style", "style"), ("fo", "xsl-fo-compatible")))
    language = '<style:text-properties fo:language="zh" fo:country="TW" style:language-asian="zh" style:country-asian="TW"/>'
    styles = f'<office:automatic-styles><style:style style:name="P1" style:family="paragraph">{language}</style:style></office:automatic-styles>'
    body = f'<office:body><office:text><text:p text:style-name="P1">{escape(TEXT)}</text:p></office:text></office:body>'
    media = "application/vnd.oasis.opendocument.text"
    entries = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{media}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", media)
        package.writestr("content.xml", f'<office:document-content {names} office:version="1.3">{styles}{body}</office:document-content>')
        package.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">{entries}</manifest:manifest>')


def test_a_document_is_opened_and_our_match_comes_back(tmp_path_factory: pytest.TempPathFactory, relay: tuple[str, list[tuple[str, str, bytes]]]) -> None:
    base, seen = relay
    folder = tmp_path_factory.mktemp("office")
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)
    made = subprocess.run([sys.executable, "-m", "dlp.cli", "integrations", "libreoffice", "--base-url", base, "--output", str(folder / "settings.oxt")], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    draft(folder / "draft.odt")
    basic = folder / "profile" / "user" / "basic" / "Standard"
    office(folder, "unopkg", "add", str(folder / "settings.oxt"))
    office(folder, "soffice", "--headless", "--norestore", "--nologo")  # makes the profile, does nothing else
    (basic / "script.xlb").write_text(LIBRARY, encoding="utf-8")
    (basic / "Module1.xba").write_text(MODULE.format(macro=escape(MACRO.format(folder=folder))), encoding="utf-8")
    office(folder, "soffice", "--headless", "--norestore", "--nologo", "macro:///Standard.Module1.Main")
    answer = (folder / "answer.txt").read_text(encoding="utf-8").splitlines()
    assert answer[0] == "knows zh-TW: True" and answer[-1] == "done", answer
    offset, length, label, suggestion, comment = answer[1].split("|")
    units = TEXT.encode("utf-16-le")
    assert units[2 * int(offset) : 2 * (int(offset) + int(length))].decode("utf-16-le") in ("三樓", "葉俊宏")
    assert suggestion and label and "INF-0" in comment
    bodies = [body for method, path, body in seen if method == "POST" and path.startswith("/v2/check")]
    assert bodies, "the document's own proofreading asked"
    assert any("葉俊宏".encode() in body or b"%E8%91%89" in body for body in bodies)


def office(folder: Path, program: str, *arguments: str) -> None:
    """Runs a program of the office suite with a profile of its own; not as root, which it does not like."""
    options: dict[str, Any] = {}
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", "nobody", str(folder)], check=True)
        options["user"] = "nobody"
    command = [program, *(a for a in arguments if a == "add"), f"-env:UserInstallation=file://{folder}/profile", *(a for a in arguments if a != "add")]
    if len(arguments) == 3:
        command.append("--terminate_after_init")
    subprocess.run(command, check=True, capture_output=True, timeout=90, env={**os.environ, "HOME": str(folder)}, **options)
