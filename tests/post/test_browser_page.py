"""The check page in headless Chromium: every flow clicked through, at 375 and 1280 pixels, by keyboard, zoomed, offline.

Screenshots go to ``artifacts/screens`` for people to look at.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dlp.records import incidents
from dlp.records.states import State
from tests.post.conftest import LEAK, Site

WIDTHS = {"375": (375, 800), "1280": (1280, 900)}
TEXT = LEAK + "😀身分證B220417363。"
RESULT = "#findings > li"


@pytest.fixture(params=WIDTHS)
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(chromium: Any, site: Site, size: str) -> Iterator[Any]:
    """A page that fails the test when a script fails or the console complains."""
    width, height = WIDTHS[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-TW", accept_downloads=True, permissions=["clipboard-read", "clipboard-write"])
    made, complaints = context.new_page(), []
    made.on("pageerror", lambda e: complaints.append(str(e)))
    made.on("console", lambda m: complaints.append(m.text) if m.type == "error" and "Failed to load resource" not in m.text else None)
    foreign: list[str] = []
    made.on("request", lambda r: foreign.append(r.url) if not r.url.startswith((site.url, "blob:", "data:")) else None)
    made.goto(site.url)
    yield made
    context.close()
    assert not complaints and not foreign


def shoot(page: Any, shots: Path, name: str, size: str, *, full: bool = True) -> None:
    page.screenshot(path=shots / f"{name}-{size}.png", full_page=full)


def paste(page: Any, text: str = TEXT, *, count: int | None = None) -> None:
    page.fill("#text", text)
    page.wait_for_selector(RESULT)
    if count is not None:
        until(page, f"document.querySelectorAll('{RESULT}').length === {count}")


def until(page: Any, expression: str, seconds: float = 8.0) -> None:
    """Wait until ``expression`` holds (the page's policy forbids the driver's own way of waiting)."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never: {expression}"
        page.wait_for_timeout(30)


def fits(page: Any) -> bool:
    """No sideways scrolling."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_typing_gives_a_result_that_numbers_text_and_list_alike(page: Any, size: str, shots: Path) -> None:
    shoot(page, shots, "page-empty", size)
    paste(page)
    marks = page.locator("#marked mark")
    assert marks.count() == page.locator(RESULT).count() >= 3
    assert page.locator("#marked").inner_text().replace("\n", "").startswith("本案係由住1")
    assert [page.locator("#marked sup").nth(i).inner_text() for i in range(marks.count())] == [str(i + 1) for i in range(marks.count())]
    banner = page.inner_text("#banner")
    assert "先不要發布" in banner and str(marks.count()) in banner and "安全" not in page.inner_text("body")
    assert "已檢查" in page.inner_text("#coverage")
    assert fits(page)
    shoot(page, shots, "page-found", size)


def test_a_clean_text_says_what_was_checked(page: Any, size: str, shots: Path) -> None:
    page.fill("#text", "本所訂於明日上午停水，請提早儲水。")
    until(page, "document.getElementById('banner').textContent.includes('未發現')")
    assert "承辦人與核稿人確認" in page.inner_text("#banner") and "17" in page.inner_text("#coverage")
    shoot(page, shots, "page-clean", size)


def test_applying_one_all_and_undoing(page: Any) -> None:
    paste(page)
    before = page.locator(RESULT).count()
    page.locator(RESULT).nth(1).get_by_role("button", name="套用").click()
    until(page, "document.getElementById('text').value.includes('葉○○')")
    until(page, f"document.querySelectorAll('{RESULT}').length < {before}")
    page.click("#apply-all")
    until(page, "document.getElementById('banner').textContent.includes('未發現')")
    assert "葉俊宏" not in page.input_value("#text") and "B220417363" not in page.input_value("#text")
    page.click("#undo")
    until(page, "document.getElementById('text').value.includes('B220417363')")
    page.click("#undo")
    assert page.input_value("#text") == TEXT and page.is_disabled("#undo")


def test_clearing_can_be_undone(page: Any) -> None:
    paste(page)
    page.click("#clear")
    assert page.input_value("#text") == "" and page.locator(RESULT).count() == 0
    page.click("#undo")
    assert page.input_value("#text") == TEXT


def test_copying_the_masked_version(page: Any) -> None:
    paste(page)
    page.click("#copy")
    until(page, "document.getElementById('copy').textContent.includes('已複製')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "葉○○" in copied and "0928-471-356" not in copied


@pytest.mark.parametrize("form", ["ODT", "DOCX", "TXT"])
def test_downloading_the_masked_version(page: Any, site: Site, form: str) -> None:
    paste(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=f"下載遮蔽版（{form}）").click()
    assert waiting.value.suggested_filename == f"遮蔽版.{form.lower()}"
    data = Path(waiting.value.path()).read_bytes()
    text = "".join(p.text for p in site.scanner.read(data, "a").parts)
    assert "葉○○" in text and "0928-471-356" not in text


def test_choosing_another_place_asks_again(page: Any) -> None:
    paste(page)
    with page.expect_request(lambda r: "/v1/check" in r.url and '"channel":"mail"' in (r.post_data or "")):
        page.get_by_label("電子郵件").first.check()
    page.wait_for_selector(RESULT)


def test_a_file_with_progress_and_a_cancel_button(page: Any, size: str, shots: Path) -> None:
    held: list[Any] = []
    page.route("**/v1/check**", lambda route: held.append(route))  # an upload that takes long
    page.set_input_files("#file", {"name": "很長的檔名-" + "草稿" * 20 + ".txt", "mimeType": "text/plain", "buffer": TEXT.encode() * 200})
    page.wait_for_selector("#working:not([hidden])")
    assert page.is_visible("#progress") and fits(page)
    shoot(page, shots, "page-working", size)
    page.click("#cancel")
    until(page, "document.getElementById('banner').textContent.includes('已取消')")
    for route in held:
        route.abort()
    page.unroute("**/v1/check**")
    page.click("#check")
    page.wait_for_selector(RESULT)
    page.click("#unchoose")
    assert page.is_visible("#text") and page.locator(RESULT).count() == 0


def test_a_dropped_file_is_checked_and_its_places_are_shown_masked(page: Any, size: str, shots: Path) -> None:
    script = """([text, name]) => { const data = new DataTransfer(); data.items.add(new File([text], name));
        document.getElementById('drop').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })); }"""
    page.evaluate(script, [TEXT, "草稿.txt"])
    page.wait_for_selector(RESULT)
    assert "葉俊宏" not in page.inner_text("#findings") and "葉○○" in page.inner_text("#findings")
    assert page.is_hidden("#apply-all") and page.is_visible("#downloads")
    shoot(page, shots, "page-file", size)


def test_a_slip_is_made_and_compared(page: Any, size: str, shots: Path) -> None:
    paste(page)
    page.click("#slip")
    page.wait_for_selector("#slip-dialog[open]")
    assert "檢核時間" in page.inner_text("#slip-lines") and "葉俊宏" not in page.inner_text("#slip-lines")
    shoot(page, shots, "page-slip", size, full=False)
    with page.expect_download() as waiting:
        page.click("#slip-save")
    slip = Path(waiting.value.path()).read_bytes()
    page.keyboard.press("Escape")

    def drop_slip() -> str:
        page.set_input_files("#file", {"name": "檢核單.json", "mimeType": "application/json", "buffer": slip})
        page.wait_for_selector("#slip-dialog[open] #slip-outcome:not([hidden])")
        outcome = page.inner_text("#slip-outcome")
        page.keyboard.press("Escape")
        return str(outcome)

    assert drop_slip() == "內容未變"
    paste(page, TEXT + "後來加的字")
    until(page, "document.getElementById('coverage').textContent.includes('字')")
    page.wait_for_timeout(900)
    assert drop_slip() == "檢核後又改過"


def test_asking_for_approval_and_hearing_the_outcome(page: Any, site: Site, size: str, shots: Path) -> None:
    text = f"{TEXT}（{size}）"
    paste(page, text)
    page.click("#ask")
    shoot(page, shots, "page-ask", size, full=False)
    page.get_by_role("button", name="送出申請").click()
    until(page, "document.getElementById('ask-error').textContent")
    page.fill("#ask-sender", "lin@example.gov.tw")
    page.fill("#ask-reason", "新聞稿須說明檢舉經過")
    until(page, "document.getElementById('ask-approver').length > 1")
    page.select_option("#ask-approver", label="陳核准（政風室）")
    page.get_by_role("button", name="送出申請").click()
    page.wait_for_selector("#receipt-dialog[open]")
    public, code = page.inner_text("#receipt-id"), page.inner_text("#receipt-code")
    shoot(page, shots, "page-receipt", size, full=False)
    page.click("#receipt-dialog button.primary")

    def ask_status() -> str:
        page.click("#open-status")
        page.fill("#status-id", public)
        page.fill("#status-code", code)
        page.get_by_role("button", name="查詢", exact=True).click()
        page.wait_for_selector("#status-answer:not([hidden])")
        answer = page.inner_text("#status-answer")
        shoot(page, shots, "page-status", size, full=False)
        page.keyboard.press("Escape")
        return str(answer)

    assert "待核准" in ask_status()
    from dlp.records import accounts

    incidents.approve(site.store, public, actor=accounts.actor_of(accounts.find(site.store, "chen"), via="web"))
    assert "已核准" in ask_status()
    assert f"{public} 已核准" in page.inner_text("#approved")
    page.fill("#text", text + "偷偷加一句")
    until(page, "document.getElementById('approved').hidden")
    page.wait_for_selector(RESULT)
    assert "核准不適用" in ask_status()


def test_reporting_a_false_alarm(page: Any, site: Site, size: str, shots: Path) -> None:
    paste(page, f"鄰居茉莉巷的陳情人葉俊宏來電（{size}）。")
    page.get_by_role("button", name="第 1 處是誤判").click()
    assert not page.is_checked("#appeal-context"), "no text goes along unless the person says so"
    shoot(page, shots, "page-appeal", size, full=False)
    page.get_by_role("button", name="送出回報").click()
    page.wait_for_selector("#receipt-dialog[open]")
    assert incidents.find(site.store, page.inner_text("#receipt-id")).state is State.APPEALED


def test_found_text_is_never_markup(page: Any) -> None:
    evil = "<img src=x onerror=window.hit=1><script>window.hit=1</script>陳情人葉俊宏<b>電話0928-471-356</b>"
    paste(page, evil)
    page.set_input_files("#file", {"name": "<img src=x onerror=window.hit=1>.txt", "mimeType": "text/plain", "buffer": evil.encode()})
    page.wait_for_timeout(400)
    assert page.evaluate("window.hit") is None and page.locator("#findings img, #marked img, #chosen img").count() == 0


def test_nothing_is_kept_in_the_browser(page: Any) -> None:
    paste(page)
    kept = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, location.href]")
    assert kept[:3] == [0, 0, ""] and "葉" not in kept[3]
    page.reload()
    assert page.input_value("#text") == ""


def test_the_network_is_cut(page: Any, size: str, shots: Path) -> None:
    paste(page)
    page.context.set_offline(True)
    page.fill("#text", TEXT + "改")
    until(page, "document.getElementById('banner').textContent.includes('連不到檢查服務')")
    assert page.locator(RESULT).count() == 0, "an old result must not look like a new one"
    assert page.input_value("#text") == TEXT + "改", "nothing is lost"
    shoot(page, shots, "page-offline", size)
    page.context.set_offline(False)
    page.click("#check")
    page.wait_for_selector(RESULT)


def test_too_many_checks_are_tried_again_by_themselves(page: Any) -> None:
    answers = iter([429])

    def limited(route: Any) -> None:
        if next(answers, None) == 429:
            route.fulfill(status=429, headers={"retry-after": "1", "content-type": "application/json"}, body=json.dumps({"error": {"code": "W429", "message": "x"}}))
        else:
            route.continue_()

    page.route("**/v1/check**", limited)
    page.fill("#text", TEXT)
    until(page, "document.getElementById('banner').textContent.includes('自動再檢查')")
    page.wait_for_selector(RESULT)


def test_everything_by_keyboard(page: Any) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.evaluate("document.getElementById('text').focus()")
    page.keyboard.insert_text(TEXT)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(RESULT)
    page.keyboard.press("Alt+ArrowDown")
    assert page.evaluate("document.activeElement.id") == "finding-1"
    page.keyboard.press("Alt+ArrowDown")
    assert page.evaluate("document.activeElement.id") == "finding-2"
    page.keyboard.press("Tab")
    assert "套用" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    until(page, "document.getElementById('text').value.includes('葉○○')")
    until(page, "document.activeElement.id === 'finding-2'")  # what stands in its place now
    reached = set()
    page.evaluate("document.body.focus()")
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.dataset.format || ''"))
    assert {"text", "pick", "check", "undo", "clear", "apply-all", "copy", "slip", "ask", "odt", "docx", "txt", "open-status"} <= reached
    page.evaluate("document.getElementById('ask').focus()")
    page.keyboard.press("Enter")
    page.wait_for_selector("#ask-dialog[open]")
    assert page.evaluate("document.activeElement.id") == "ask-sender"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "ask", "focus comes back"


def test_zoomed_to_200_percent_and_forced_colours(page: Any, size: str, shots: Path) -> None:
    width, height = WIDTHS[size]
    page.set_viewport_size({"width": width // 2 if width > 400 else 320, "height": height // 2})  # what zoom does to the layout
    paste(page)
    assert fits(page)
    shoot(page, shots, "page-zoomed", size)
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(forced_colors="active")
    assert page.locator("#marked mark").first.evaluate("n => getComputedStyle(n).borderBottomStyle") != "none", "underlines, not colour alone"
    shoot(page, shots, "page-forced-colours", size)
    page.emulate_media(forced_colors="none", color_scheme="dark")
    shoot(page, shots, "page-dark", size)


def test_in_english(page: Any, site: Site, size: str, shots: Path) -> None:
    page.goto(f"{site.url}/?lang=en")
    paste(page)
    assert page.inner_text("h1") == "Check before publishing"
    assert "Do not publish yet" in page.inner_text("#banner") and "Checked" in page.inner_text("#coverage")
    assert page.locator("html").get_attribute("lang") == "en" and fits(page)
    shoot(page, shots, "page-english", size)


def test_without_scripts(chromium: Any, site: Site, size: str, shots: Path) -> None:
    width, height = WIDTHS[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, java_script_enabled=False, locale="zh-TW")
    page = context.new_page()
    page.goto(site.url)
    page.locator("#text").fill(TEXT)
    page.locator("#check").click()
    assert "先不要發布" in page.locator(".banner").inner_text() and "葉○○" in page.locator(".marked").inner_text()
    page.screenshot(path=shots / f"page-no-scripts-{size}.png", full_page=True)
    context.close()
