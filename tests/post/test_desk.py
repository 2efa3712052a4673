"""The desk: who gets in, who sees what, who may decide, and that nothing changes without the form's token."""

from typing import Any

import pytest
import regex

from dlp.records import incidents
from dlp.records.states import State
from tests.post.conftest import LEAK, PASSWORD, Web
from tests.post.test_asking import ask, report

COUNT = iter(range(10_000))


def log_in(web: Web, name: str) -> Any:
    client = web.new()
    answer = client.post("/desk/login", data={"name": name, "password": PASSWORD})
    assert answer.status_code == 303, name
    return client


def token(client: Any, path: str = "/desk") -> str:
    found = regex.search(r'name="token" value="([^"]{1,200})"', client.get(path).text)
    assert found
    return str(found[1])


def new_request(web: Web, **fields: str) -> str:
    return str(ask(web.new(), text=f"{LEAK}第{next(COUNT)}件", **fields).json()["id"])


def take(client: Any, public: str, step: str, **fields: str) -> Any:
    page = f"/desk/i/{public}"
    return client.post(f"{page}/step", data={"token": token(client, page), "step": step, **fields})


def state(web: Web, public: str) -> State:
    return incidents.find(web.store, public).state


def actions(web: Web) -> list[tuple[str, str, str]]:
    return [(r["action"], r["result"], r.get("object", "")) for r in web.store.audit.tail()]


# --- getting in


@pytest.mark.parametrize("path", ["/desk", "/desk/i/D-2345", "/desk/allow", "/desk/month", "/desk/password"])
def test_every_page_asks_for_a_log_in(web: Web, path: str) -> None:
    answer = web.new().get(path)
    assert answer.status_code == 303 and answer.headers["location"].startswith("/desk/login")


@pytest.mark.parametrize("path", ["/desk/i/D-2345/step", "/desk/i/D-2345/original", "/desk/i/D-2345/assign", "/desk/allow/1", "/desk/logout"])
def test_nothing_changes_without_a_log_in(web: Web, path: str) -> None:
    assert web.new().post(path, data={"step": "approve"}).headers["location"].startswith("/desk/login")
    assert web.new().get(path).status_code == 405, "never by GET"


@pytest.mark.parametrize(("name", "password"), [("chen", "wrong password"), ("nobody", PASSWORD), ("", ""), ("chen'--", "x" * 2000)])
def test_a_failed_log_in_does_not_tell_why(web: Web, name: str, password: str) -> None:
    answer = web.new().post("/desk/login", data={"name": name, "password": password})
    assert answer.status_code == 403 and "帳號或密碼不正確" in answer.text and "set-cookie" not in answer.headers


def test_the_session_cookie_is_hardened(web: Web) -> None:
    cookie = web.new().post("/desk/login", data={"name": "guo", "password": PASSWORD}).headers["set-cookie"]
    assert cookie.startswith("__Host-dlp=")
    assert {"httponly", "path=/", "samesite=strict", "secure"} <= {part.strip().lower() for part in cookie.split(";")}


def test_every_log_in_is_a_new_session_and_log_out_ends_it(web: Web) -> None:
    client = log_in(web, "guo")
    first = client.cookies["__Host-dlp"]
    client.post("/desk/login", data={"name": "guo", "password": PASSWORD})
    assert client.cookies["__Host-dlp"] != first
    old = web.new()
    old.cookies.set("__Host-dlp", first)
    assert old.get("/desk").status_code == 303, "the session before the log-in is gone"
    last = client.cookies["__Host-dlp"]
    client.post("/desk/logout", data={"token": token(client)})
    old.cookies.set("__Host-dlp", last)
    assert old.get("/desk").status_code == 303


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/desk/../x", "javascript:alert(1)", "/desk/i/D-2345?x=//evil"])
def test_a_log_in_leads_nowhere_else(web: Web, target: str) -> None:
    client = web.new()
    assert target not in client.get("/desk/login", params={"next": target}).text
    answer = client.post("/desk/login", data={"name": "guo", "password": PASSWORD, "next": target})
    assert answer.headers["location"] == "/desk"


def test_a_log_in_leads_back_to_the_incident(web: Web) -> None:
    client = web.new()
    where = client.get("/i/D-2345").headers["location"]
    assert client.get(where).headers["location"] == "/desk/login?next=/desk/i/D-2345"


@pytest.mark.parametrize("wrong", ["", "0" * 64, None])
def test_a_form_without_its_token_changes_nothing(web: Web, wrong: str | None) -> None:
    public, client = new_request(web), log_in(web, "chen")
    data = {"step": "approve"} | ({} if wrong is None else {"token": wrong})
    assert client.post(f"/desk/i/{public}/step", data=data).status_code == 403
    assert state(web, public) is State.PENDING


def test_the_token_of_another_session_is_no_token(web: Web) -> None:
    public, client = new_request(web), log_in(web, "chen")
    other = token(log_in(web, "chen"))
    assert client.post(f"/desk/i/{public}/step", data={"step": "approve", "token": other}).status_code == 403


def test_the_office_sign_on_is_believed_only_from_the_proxy(web: Web) -> None:
    inside, outside = web.new(), web.new(client=("192.0.2.9", 1))
    for client in (inside, outside):
        client.headers["x-remote-user"] = "guo"
    assert inside.get("/desk").status_code == 200
    assert outside.get("/desk").status_code == 303


# --- seeing


def test_an_incident_is_shown_masked(web: Web) -> None:
    public = new_request(web)
    page = log_in(web, "guo").get(f"/desk/i/{public}").text
    assert public in page and "葉○○" in page
    for secret in ("葉俊宏", "0928-471-356"):
        assert secret not in page


def test_somebody_without_a_role_sees_only_what_they_sent(web: Web) -> None:
    own, other = new_request(web), new_request(web, sender="another@example.gov.tw")
    client = log_in(web, "lin")
    listed = client.get("/desk").text
    assert own in listed and other not in listed
    assert client.get(f"/desk/i/{own}").status_code == 200
    assert client.get(f"/desk/i/{other}").status_code == 404 == client.get("/desk/i/D-0000").status_code
    assert client.get("/desk/allow").status_code == 403 == client.get("/desk/month").status_code


@pytest.mark.parametrize("query", ["?group=approval", "?group=all&page=2", "?channel=post&mine=1", "?overdue=1", "?group=%22%3E&channel=x&page=-1", "?page=99999999999"])
def test_the_list_filters(web: Web, query: str) -> None:
    assert log_in(web, "guo").get(f"/desk{query}").status_code == 200


def test_text_of_people_is_never_markup(web: Web) -> None:
    evil = "<script>alert(1)</script>\u202e\"'><img src=x onerror=alert(2)>"
    public = new_request(web, sender="lin@example.gov.tw", unit="<b>課</b>", reason=evil)
    page = log_in(web, "chen").get(f"/desk/i/{public}").text
    assert "<script>alert" not in page and "<img src=x" not in page and "<b>課" not in page
    assert "\u202e" not in page, "direction marks are shown, not obeyed"


def test_the_month_and_the_allow_list_open(web: Web) -> None:
    client = log_in(web, "guo")
    page = client.get("/desk/month?month=2026-11").text
    assert "<svg" in page and "新事件" in page
    assert client.get("/desk/month?month=../../x").status_code == 200
    assert client.get("/desk/allow").status_code == 200


# --- deciding


def test_an_approver_releases(web: Web) -> None:
    public = new_request(web)
    answer = take(log_in(web, "chen"), public, "approve", note="已與業務科確認")
    assert answer.status_code == 303 and state(web, public) is State.RELEASED
    assert ("incident.approve", "ok", public) in actions(web)


@pytest.mark.parametrize("name", ["guo", "wu", "lin"])
def test_others_do_not(web: Web, name: str) -> None:
    public, client = new_request(web), log_in(web, name)
    page = client.get(f"/desk/i/{public}").text
    assert 'value="approve"' not in page
    answer = client.post(f"/desk/i/{public}/step", data={"token": token(client), "step": "approve"})
    assert answer.status_code == 409 and state(web, public) is State.PENDING


def test_nobody_decides_about_their_own(web: Web) -> None:
    public = new_request(web, sender="chen@example.gov.tw")
    client = log_in(web, "chen")
    assert 'value="approve"' not in client.get(f"/desk/i/{public}").text
    client.post(f"/desk/i/{public}/step", data={"token": token(client), "step": "approve"})
    assert state(web, public) is State.PENDING


def test_what_goes_back_needs_a_word(web: Web) -> None:
    public, client = new_request(web), log_in(web, "wu")
    assert take(client, public, "return").status_code == 422 and state(web, public) is State.PENDING
    assert take(client, public, "return", note="請先遮蔽電話").status_code == 303 and state(web, public) is State.RETURNED


@pytest.mark.parametrize("step", ["expire", "nonsense", ""])
def test_steps_that_are_not_for_people(web: Web, step: str) -> None:
    public, client = new_request(web), log_in(web, "chen")
    assert take(client, public, step).status_code == 422 and state(web, public) is State.PENDING


def test_assigning(web: Web) -> None:
    public, client = new_request(web), log_in(web, "wu")
    answer = client.post(f"/desk/i/{public}/assign", data={"token": token(client), "to": "chen"})
    assert answer.status_code == 303 and incidents.find(web.store, public).assigned_to == "chen"
    assert client.post(f"/desk/i/{public}/assign", data={"token": token(client), "to": "nobody"}).status_code == 409


# --- the original


def test_opening_the_original_needs_a_reason_and_is_audited(web: Web) -> None:
    public, client = new_request(web), log_in(web, "chen")
    url = f"/desk/i/{public}/original"
    assert client.post(url, data={"token": token(client), "reason": " "}).status_code == 409
    before = actions(web).count(("incident.view_original", "ok", public))
    answer = client.post(url, data={"token": token(client), "reason": "審核內容"})
    assert "葉俊宏" in answer.text and answer.headers["cache-control"] == "no-store"
    assert actions(web).count(("incident.view_original", "ok", public)) == before + 1


@pytest.mark.parametrize("name", ["guo", "lin"])
def test_the_original_is_not_for_everybody(web: Web, name: str) -> None:
    public, client = new_request(web), log_in(web, name)
    answer = client.post(f"/desk/i/{public}/original", data={"token": token(client), "reason": "好奇"})
    assert answer.status_code == 403 and "葉俊宏" not in answer.text
    assert ("incident.view_original", "refused", public) in actions(web)


def test_a_file_is_downloaded_and_never_shown(web: Web) -> None:
    html = f"<html><script>alert(1)</script><p>{LEAK}</p></html>".encode()
    made = web.new().post("/v1/requests", files={"file": ("../../草稿\r\nX: y.html", html)}, data={"channel": "website", "sender": "lin@example.gov.tw", "reason": "公告須列出"}).json()
    client = log_in(web, "chen")
    answer = client.post(f"/desk/i/{made['id']}/original", data={"token": token(client), "reason": "審核內容"})
    assert answer.content == html
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="{made["id"]}.html"')
    assert "x" not in answer.headers and answer.headers["content-type"] == "application/octet-stream"


# --- false alarms


def test_the_way_of_a_false_alarm(web: Web) -> None:
    text = "陳情人江佩珊反映公車誤點。"
    public = report(web.new(), text=text, reason="她自己公開了").json()["id"]
    client = log_in(web, "chen")
    assert take(client, public, "review").status_code == 303
    assert take(client, public, "confirm").status_code == 422, "a word is needed"
    assert take(client, public, "confirm", note="已公開", until="2020-01-01").status_code == 409, "an end in the past"
    assert take(client, public, "confirm", note="已公開", until="2027-06-30").status_code == 303
    assert state(web, public) is State.FALSE_ALARM
    page = client.get("/desk/allow").text
    assert "116-06-30" in page and "已公開" in page and "江佩珊" not in page
    assert not web.new().post("/v1/check", json={"text": text}).json()["items"], "it passes from now on"
    entry = regex.search(r'action="(/desk/allow/[0-9]{1,9})"', page)
    assert entry
    assert client.post(entry[1], data={"token": token(client), "act": "until", "until": "2020-01-01"}).status_code == 422
    assert log_in(web, "wu").post(entry[1], data={"token": token(log_in(web, "wu")), "act": "withdraw"}).status_code == 403
    assert client.post(entry[1], data={"token": token(client), "act": "until", "until": "2027-12-31"}).status_code == 303
    assert client.post(entry[1], data={"token": token(client), "act": "withdraw"}).status_code == 303
    assert web.new().post("/v1/check", json={"text": text}).json()["items"], "withdrawn: it alarms again"


# --- passwords


def test_a_new_password_needs_the_old_one_and_ends_all_sessions(web: Web) -> None:
    from dlp.records import accounts
    from dlp.records.people import Role, terminal_actor

    accounts.add(web.store, "mei", roles=frozenset({Role.VIEWER}), actor=terminal_actor(), password=PASSWORD)
    client, other = log_in(web, "mei"), log_in(web, "mei")
    form = {"token": token(client, "/desk/password"), "old": "wrong", "new": "another good one 77"}
    assert client.post("/desk/password", data=form).status_code == 403
    assert client.post("/desk/password", data={**form, "old": PASSWORD, "new": "short"}).status_code == 422
    assert client.post("/desk/password", data={**form, "old": PASSWORD}).status_code == 303
    assert client.get("/desk").status_code == 303 == other.get("/desk").status_code


# --- limits


def test_log_ins_are_limited(web: Web) -> None:
    from starlette.testclient import TestClient

    from dlp.channels.post.guard import LOGINS, Guard

    app: Any = Guard(web.app, frozenset({"testserver"}))
    with TestClient(app, base_url="https://testserver", follow_redirects=False) as client:
        codes = [client.post("/desk/login", data={"name": "x", "password": "y"}).status_code for _ in range(LOGINS + 1)]
    assert codes[-1] == 429 and 429 not in codes[:-1]


def test_errors_for_people_are_pages_and_tell_no_details(web: Web) -> None:
    client = log_in(web, "guo")
    answer = client.get("/desk/i/D-0000", headers={"accept": "text/html"})
    assert answer.status_code == 404 and "<html" in answer.text and "Traceback" not in answer.text
    assert client.get("/desk/i/D-0000").json()["error"]["code"] == "E640"
