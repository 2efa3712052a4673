"""Text in pictures, by Tesseract's command line when it is installed and OCR is switched on.

Debian: ``apt-get install tesseract-ocr tesseract-ocr-chi-tra``.  The whole page is read, never a crop: a mark half a
centimetre from the edge is lost in every crop of the top band (measured with Tesseract 5.3).
"""

import re
import shutil
import subprocess
from functools import cache

from dlp.document import NotReadReason, Place
from dlp.readers.context import ReadContext

LANGUAGE = "chi_tra"  # with eng it is 1.6 times slower and no better on office pages
PAGE_MODE = "6"  # one block of text; 3 loses the order
DECODABLE = frozenset({"png", "jpeg", "tiff", "gif", "bmp", "webp", ""})
OUTPUT_CHARS = 2_000_000
_BETWEEN_HAN = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])")


@cache
def program() -> str | None:
    """Path of Tesseract with the Chinese model, None when either is missing."""
    path = shutil.which("tesseract", path="/usr/bin:/usr/local/bin:/opt/homebrew/bin")
    if path is None:
        return None
    try:
        languages = subprocess.run([path, "--list-langs"], capture_output=True, timeout=20, check=False, env={})
    except (OSError, subprocess.TimeoutExpired):
        return None
    return path if LANGUAGE in languages.stdout.decode("ascii", "replace").split() else None


def read(image: bytes, ctx: ReadContext, *, page: int | None = None) -> None:
    """Recognise one picture (or one rendered page) into a part at Place.OCR; say so when that was not done."""
    name = "ocr" if page is None else f"ocr-{page}"
    if not ctx.ocr:
        ctx.not_read(NotReadReason.IMAGE, "" if page is None else f"第 {page} 頁", name="" if page is None else name)
        return
    tesseract = program()
    if tesseract is None or (page is None and ctx.format not in DECODABLE):
        detail = "請安裝 tesseract-ocr 與 tesseract-ocr-chi-tra" if tesseract is None else "這種圖片無法辨識文字"
        ctx.not_read(NotReadReason.MISSING_READER, detail)
        return
    text, fault = recognise(tesseract, image, seconds=ctx.budget.seconds_left())
    if fault is not None:
        ctx.not_read(fault, "文字辨識未完成", name="" if page is None else name)
    ctx.add(Place.OCR, text, name=name, page=page)


def recognise(tesseract: str, image: bytes, *, seconds: float) -> tuple[str, NotReadReason | None]:
    """Run Tesseract over ``image`` for at most ``seconds``; returns the text and what went wrong."""
    command = [tesseract, "stdin", "stdout", "-l", LANGUAGE, "--psm", PAGE_MODE, "-c", "preserve_interword_spaces=0"]
    try:
        done = subprocess.run(
            command, input=image, capture_output=True, timeout=max(seconds, 0.1), check=False, env={"OMP_THREAD_LIMIT": "1"}
        )
    except subprocess.TimeoutExpired:
        return "", NotReadReason.TIMEOUT
    except OSError:
        return "", NotReadReason.CRASH
    text = done.stdout[: 4 * OUTPUT_CHARS].decode("utf-8", "replace").replace("\f", "")
    text = _BETWEEN_HAN.sub("", text)
    if done.returncode != 0:
        return text, NotReadReason.DAMAGED if done.returncode > 0 else NotReadReason.CRASH
    return text, None
