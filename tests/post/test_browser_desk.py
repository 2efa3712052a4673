"""The desk in headless Chromium: log-in, list, deciding, the original, false alarms, allow list, month; and axe on every page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dlp.records import incidents
from dlp.records.states import State
from tests.post.conftest import LEAK, PASSWORD, Site
from tests.post.test_browser_page import RESULT, WIDTHS, fits, paste, shoot, until

COUNT = iter(range(10_000))


@pytest.fixture(params=WIDTHS)
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(chromium: Any, site: Site, size: str) -> Iterator[Any]:
    width, height = WIDTHS[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-TW", accept_downloads=True)
    yield context.new_page()
    context.close()


def send_request(page: Any, site: Site, *, sender: str = "lin@example.gov.tw") -> str:
    """Asks for approval on the page; the incident's number."""
    page.goto(site.url)
    paste(page, f"{LEAK}第{next(COUNT)}件。")
    page.click("#ask")
    page.fill("#ask-sender", sender)
    page.fill("#ask-unit", "民政課")
    page.fill("#ask-reason", "新聞稿須說明檢舉經過")
    page.get_by_role("button", name="送出申請").click()
    page.wait_for_selector("#receipt-dialog[open]")
    return str(page.inner_text("#receipt-id"))


def log_in(page: Any, site: Site, name: str = "chen") -> None:
    page.goto(f"{site.url}/desk")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="登入").click()
    page.wait_for_url(f"{site.url}/desk")


def test_a_wrong_password_is_refused_on_the_page(page: Any, site: Site, size: str, shots: Path) -> None:
    page.goto(f"{site.url}/desk")
    page.fill("#name", "chen")
    page.fill("#password", "not this one")
    page.keyboard.press("Enter")
    assert "帳號或密碼不正確" in page.inner_text("[role=alert]")
    shoot(page, shots, "desk-login", size)


def test_from_the_request_to_the_release(page: Any, site: Site, size: str, shots: Path) -> None:
    public = send_request(page, site)
    log_in(page, site)
    assert fits(page)
    shoot(page, shots, "desk-list", size)
    page.select_option("select[name=group]", "approval")
    page.get_by_role("button", name="篩選").click()
    page.get_by_role("link", name=public).click()
    shown = page.inner_text("main")
    assert "葉○○" in shown and "葉俊宏" not in shown and "新聞稿須說明檢舉經過" in shown and "未經登入驗證" in shown
    assert fits(page)
    shoot(page, shots, "desk-incident", size)
    page.fill("#reason", "審核內容")
    page.get_by_role("button", name="開啟原件").click()
    assert "葉俊宏" in page.inner_text("pre") and "稽核紀錄" in page.inner_text("main")
    shoot(page, shots, "desk-original", size)
    page.get_by_role("link", name="回事件").click()
    page.fill("#note", "已與業務科確認")
    page.get_by_role("button", name="核准放行").click()
    page.wait_for_selector("h1:has-text('已核准放行')")
    assert incidents.find(site.store, public).state is State.RELEASED


def test_giving_back_with_a_word(page: Any, site: Site, size: str, shots: Path) -> None:
    public = send_request(page, site)
    log_in(page, site, "wu")
    page.goto(f"{site.url}/i/{public}")
    assert page.url.endswith(f"/desk/i/{public}")
    page.get_by_role("button", name="退回修改").click()
    assert "要寫說明" in page.inner_text("[role=alert]")
    shoot(page, shots, "desk-needs-word", size)
    page.fill("#note", "請先遮蔽電話")
    page.get_by_role("button", name="退回修改").click()
    page.wait_for_selector("h1:has-text('退回修改')")
    assert incidents.find(site.store, public).state is State.RETURNED


def test_a_false_alarm_until_it_passes(page: Any, site: Site, size: str, shots: Path) -> None:
    name = {"375": "江佩珊", "1280": "蔡淑芬"}[size]
    text = f"陳情人{name}反映公車誤點。"
    page.goto(site.url)
    paste(page, text)
    page.get_by_role("button", name="第 1 處是誤判").click()
    page.check("#appeal-context")
    page.fill("#appeal-reason", "她自己已公開")
    page.get_by_role("button", name="送出回報").click()
    page.wait_for_selector("#receipt-dialog[open]")
    public = page.inner_text("#receipt-id")
    log_in(page, site)
    page.goto(f"{site.url}/desk/i/{public}")
    page.get_by_role("button", name="開始複核").click()
    page.fill("#note", "本人已公開")
    page.fill("#until", "2027-06-30")
    shoot(page, shots, "desk-review", size)
    page.get_by_role("button", name="確認誤判").click()
    page.wait_for_selector("h1:has-text('確認誤判')")
    page.get_by_role("link", name="允許清單").click()
    assert "116-06-30" in page.inner_text("main") and name not in page.inner_text("main") and fits(page)
    shoot(page, shots, "desk-allow", size)
    page.goto(site.url)
    page.fill("#text", text)
    until(page, "document.getElementById('banner').textContent.includes('未發現')")


def test_the_month(page: Any, site: Site, size: str, shots: Path) -> None:
    send_request(page, site)
    log_in(page, site, "guo")
    page.get_by_role("link", name="本月圖表").click()
    assert page.locator(".chart svg").count() >= 2 and fits(page)
    shoot(page, shots, "desk-month", size)


def test_the_desk_by_keyboard(page: Any, site: Site) -> None:
    public = send_request(page, site)
    log_in(page, site)
    page.goto(f"{site.url}/desk/i/{public}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.evaluate("document.getElementById('note').focus()")
    page.keyboard.insert_text("可以")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "approve"
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('已核准放行')")
    assert incidents.find(site.store, public).state is State.RELEASED


def test_logging_out_leaves_nothing_behind_the_back_button(page: Any, site: Site) -> None:
    public = send_request(page, site)
    log_in(page, site)
    page.goto(f"{site.url}/desk/i/{public}")
    page.get_by_role("button", name="登出").click()
    page.wait_for_url("**/desk/login")
    page.go_back()
    page.wait_for_load_state()
    assert public not in page.inner_text("main")


def test_the_cookie_is_not_for_scripts(page: Any, site: Site) -> None:
    log_in(page, site)
    assert page.evaluate("document.cookie") == ""
    (cookie,) = page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["secure"], cookie["sameSite"], cookie["path"]) == ("__Host-dlp", True, True, "Strict", "/")


# --- axe-core


def violations(page: Any) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python (dev) is not installed")
    found = axe.Axe().run(page).response["violations"]
    return [f"{v['id']}: {n['html'][:120]}" for v in found for n in v["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page(page: Any, site: Site, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(site.url)
    assert violations(page) == []
    paste(page, f"{LEAK}身分證B220417363。")
    page.locator("summary").first.click()
    assert violations(page) == []
    page.click("#apply-all")
    until(page, "document.getElementById('banner').textContent.includes('未發現')")
    assert violations(page) == []
    page.click("#undo")
    page.wait_for_selector(RESULT)
    for opener, dialog in (("#ask", "#ask-dialog"), ("#slip", "#slip-dialog"), ("#open-status", "#status-dialog"), ("button.quiet", "#appeal-dialog")):
        page.locator(opener).first.click()
        page.wait_for_selector(f"{dialog}[open]")
        assert violations(page) == [], dialog
        page.keyboard.press("Escape")
    page.goto(f"{site.url}/docs")
    page.wait_for_selector("h2")
    assert violations(page) == []
    page.goto(f"{site.url}/?lang=en")
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_desk(page: Any, site: Site, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    public = send_request(page, site)
    page.goto(f"{site.url}/desk/login")
    assert violations(page) == []
    log_in(page, site)
    for path in ("/desk", f"/desk/i/{public}", "/desk/allow", "/desk/month", "/desk/password", "/desk/i/D-0000"):
        page.goto(f"{site.url}{path}")
        assert violations(page) == [], path
