"""What a person asks for: masked files, 檢核單, approval, 這是誤判.  And that nothing else ever reaches the disk."""

import io
import json
import zipfile
from typing import Any

import pytest

from dlp.channels.post.documents import MEDIA
from dlp.records import incidents
from dlp.records.states import State
from tests.post.conftest import LEAK, Web

CHANNEL = "facebook"


def check(client: Any, text: str = LEAK) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/v1/check?masked=1", json={"text": text, "channel": CHANNEL}).json()
    return answer


def ask(client: Any, text: str = LEAK, **fields: str) -> Any:
    fields = {"sender": "lin@example.gov.tw", "reason": "新聞稿須說明檢舉經過", **fields}
    return client.post("/v1/requests", json={"text": text, "channel": CHANNEL, **fields})


def report(client: Any, text: str = LEAK, *, item: int = 0, **fields: str) -> Any:
    result = check(client, text)
    finding = result["findings"][result["items"][item]["finding"]]
    where = {"part": finding["part"], "start": finding["start"], "end": finding["end"], "kind": finding["kind"]}
    return client.post("/v1/appeals", json={"text": text, "channel": CHANNEL, **where, **fields})


def stored_bytes(web: Web) -> bytes:
    """Everything in the data folder."""
    with web.store.reading() as connection:
        connection.exec_driver_sql("SELECT 1")
    return b"\n".join(p.read_bytes() for p in sorted(web.store.home.path.rglob("*")) if p.is_file())


# --- masked files


@pytest.mark.parametrize("form", MEDIA)
def test_a_masked_file_reads_back_without_the_values(web: Web, form: str) -> None:
    text = f"標題\n\n{LEAK}\t表格  兩格空白\n<b>&amp;</b>"
    answer = web.new().post(f"/v1/mask?format={form}", json={"text": text, "channel": CHANNEL})
    assert answer.status_code == 200 and answer.headers["content-type"] == MEDIA[form]
    assert answer.headers["content-disposition"].startswith("attachment")
    document = web.scanner.read(answer.content, f"a.{form}")
    read = "\n".join(p.text for p in document.parts if p.path != "name")
    assert document.not_read == ()
    assert "標題" in read and "<b>&amp;</b>" in read and "兩格空白" in read
    assert "葉俊宏" not in read and "0928-471-356" not in read


def test_a_masked_file_of_an_upload_leaves_out_what_a_reader_does_not_see(web: Web) -> None:
    body = "<office:text><text:p>洽葉俊宏0928-471-356</text:p><text:p><office:annotation><text:p>註解B220417363</text:p></office:annotation>內文</text:p></office:text>"
    names = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "text"))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", f"<office:document-content {names}><office:body>{body}</office:body></office:document-content>")
    answer = web.new().post("/v1/mask?format=txt", files={"file": ("草稿.odt", stream.getvalue())}, data={"channel": CHANNEL})
    text = answer.content.decode("utf-8-sig")
    assert "內文" in text and "註解" not in text and "0928-471-356" not in text


def test_an_unknown_format_is_refused(web: Web) -> None:
    assert web.new().post("/v1/mask?format=exe", json={"text": "x"}).status_code == 422


# --- 檢核單


def test_a_slip_tells_whether_the_draft_was_changed(web: Web) -> None:
    client = web.new()
    made = client.post("/v1/slip", json={"text": LEAK, "channel": CHANNEL}).json()
    assert "葉俊宏" not in made["slip"]

    def compare(text: str) -> str:
        return str(client.post("/v1/slip/verify", json={"text": text, "slip": made["slip"]}).json().get("label"))

    assert compare(LEAK) == "內容未變"
    assert compare(LEAK + "又改") == "檢核後又改過"


def test_a_forged_slip_is_refused(web: Web) -> None:
    client = web.new()
    slip = json.loads(client.post("/v1/slip", json={"text": LEAK}).json()["slip"])
    slip["action"] = "allow"
    answer = client.post("/v1/slip/verify", json={"text": LEAK, "slip": json.dumps(slip)})
    assert answer.status_code == 422 and "簽章" in answer.json()["error"]["message"]


# --- a pre-check is private


def test_checks_leave_nothing_behind(web: Web) -> None:
    before = {p: p.stat().st_mtime_ns for p in web.store.home.path.rglob("*") if p.is_file()}
    client, files = web.new(), {"file": ("葉俊宏.txt", LEAK.encode())}
    for path in ("/v1/check", "/v1/mask", "/v1/mask?format=odt", "/v1/slip", "/analyze"):
        assert client.post(path, json={"text": LEAK}).status_code == 200
    client.post("/v1/check", files=files)
    client.post("/v2/check", content=f"text={LEAK}&language=zh-TW".encode(), headers={"content-type": "application/x-www-form-urlencoded"})
    client.post("/basic", data={"text": LEAK, "channel": CHANNEL})
    assert {p: p.stat().st_mtime_ns for p in web.store.home.path.rglob("*") if p.is_file()} == before


# --- 申請核准


def test_a_request_waits_for_approval_with_its_original_sealed(web: Web) -> None:
    answer = ask(web.new(), unit="民政課", until="2026-12-01")
    assert answer.status_code == 201
    one = incidents.find(web.store, answer.json()["id"])
    assert (one.state, one.sender, one.unit, one.destination) == (State.PENDING, "lin@example.gov.tw", "民政課", CHANNEL)
    assert any("新聞稿須說明" in h.note and "2026-12-01" in h.note for h in incidents.history(web.store, one))
    everything = stored_bytes(web)
    for secret in ("葉俊宏", "0928-471-356", "0928471356", "新聞稿須說明"):
        assert secret.encode() not in everything


@pytest.mark.parametrize(
    ("fields", "status", "why"),
    [
        ({"sender": ""}, 422, "nobody asks"),
        ({"reason": "要"}, 422, "no reason"),
        ({"reason": "x" * 401}, 422, "reason too long"),
        ({"sender": "x" * 255}, 422, "address too long"),
    ],
)
def test_a_request_needs_who_and_why(web: Web, fields: dict[str, str], status: int, why: str) -> None:
    assert ask(web.new(), **fields).status_code == status, why


def test_what_needs_no_approval_cannot_be_asked_for(web: Web) -> None:
    assert ask(web.new(), text="明日停水，請提早儲水。").status_code == 409


def test_the_outcome_is_told_to_whoever_has_the_code(web: Web) -> None:
    client = web.new()
    text = LEAK + "另請見附件。"
    made = ask(client, text=text).json()

    def status(**fields: str) -> Any:
        return client.post("/v1/requests/status", json={"id": made["id"], "code": made["code"], **fields})

    assert status().json()["state"] == "pending"
    assert status(code="0" * 12).status_code == 404
    assert status(id="D-0000").status_code == 404
    incidents.approve(web.store, made["id"], actor=_approver(web))
    assert status().json()["state"] == "released"
    assert status(text=text, channel=CHANNEL).json()["unchanged"] is True
    assert status(text=text + "改", channel=CHANNEL).json()["unchanged"] is False
    assert status(text=text, channel="website").json()["unchanged"] is False, "another place is another decision"
    assert made["id"] not in {i.id for i in incidents.to_carry_out(web.store, "post")}


def test_what_was_sent_back_can_be_asked_for_again(web: Web) -> None:
    client, text = web.new(), LEAK + "第二次。"
    first = ask(client, text=text).json()["id"]
    assert ask(client, text=text).json()["id"] == first, "the same request twice is one"
    incidents.give_back(web.store, first, actor=_approver(web), note="請改寫")
    assert ask(client, text=text).json()["id"] != first


def test_a_log_in_wins_over_what_was_written(web: Web) -> None:
    client = web.new()
    client.headers["x-remote-user"] = "chen"
    made = ask(client, text=LEAK + "自己的稿。", sender="somebody@example.gov.tw").json()
    one = incidents.find(web.store, made["id"])
    assert one.sender == "chen@example.gov.tw"
    with pytest.raises(Exception, match="E649"):
        incidents.approve(web.store, one.id, actor=_approver(web))


def test_the_approvers_are_named_without_their_accounts(web: Web) -> None:
    found = web.new().get("/v1/approvers").json()
    assert [a["name"] for a in found] == ["陳核准（政風室）"]
    assert "chen" not in json.dumps(found)
    answer = ask(web.new(), text="陳情人葉俊宏（電話0928-471-356）請求閱卷。", approver=found[0]["id"])
    assert answer.status_code == 201


def test_a_file_is_kept_as_it_was(web: Web) -> None:
    data = LEAK.encode("cp950")
    fields = {"channel": CHANNEL, "sender": "lin@example.gov.tw", "reason": "須公開檢舉經過"}
    answer = web.new().post("/v1/requests", files={"file": ("草稿葉俊宏.txt", data)}, data=fields)
    assert answer.status_code == 201
    one = incidents.find(web.store, answer.json()["id"])
    assert "葉俊宏" not in one.label
    _, pieces = incidents.open_original(web.store, one.id, actor=_approver(web), reason="審核")
    assert b"".join(pieces) == data


def test_nothing_is_accepted_while_the_audit_log_cannot_be_written(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    from dlp.records.errors import StoreUnavailable

    def full(*_: object, **__: object) -> None:
        raise StoreUnavailable("磁碟已滿，稽核紀錄寫不進去。", code="E611")

    client = web.new()
    with monkeypatch.context() as patch:
        patch.setattr(web.store.audit, "append", full)
        answer = ask(client, text=LEAK + "磁碟滿。")
        assert answer.status_code == 503 and answer.json()["error"]["code"] == "E611"
        assert check(client)["items"], "checking goes on"
    assert ask(client, text=LEAK + "磁碟滿。").status_code == 201


def test_the_page_is_no_way_to_fill_the_disk(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    from dlp.records.home import Home

    monkeypatch.setattr(Home, "free_bytes", lambda self: 500_000_000)
    answer = ask(web.new(), text=LEAK + "空間不足。")
    assert answer.status_code == 503 and answer.json()["error"]["code"] == "E601"


# --- 這是誤判


def test_a_report_keeps_no_text_unless_told(web: Web) -> None:
    answer = report(web.new(), text="鄰居都知道，陳情人葉俊宏住在茉莉巷底那一間。", reason="這是公開的人")
    assert answer.status_code == 201
    one = incidents.find(web.store, answer.json()["id"])
    (found,) = incidents.findings_of(web.store, one)
    assert one.state is State.APPEALED
    assert "茉莉" not in found.snippet and "葉俊宏" not in found.snippet
    assert "茉莉".encode() not in stored_bytes(web)


def test_a_report_with_surroundings_masks_everything_in_them(web: Web) -> None:
    answer = report(web.new(), item=1, context="true")
    one = incidents.find(web.store, answer.json()["id"])
    (found,) = incidents.findings_of(web.store, one)
    assert "本案" in found.snippet or "檢舉" in found.snippet
    for secret in ("葉俊宏", "三樓", "0928-471-356"):
        assert secret not in found.snippet


def test_a_report_on_a_text_that_was_changed_is_refused(web: Web) -> None:
    client = web.new()
    found = check(client)["findings"][0]
    body = {"text": "短", "channel": CHANNEL, "part": found["part"], "start": found["start"], "end": found["end"], "kind": found["kind"]}
    assert client.post("/v1/appeals", json=body).status_code == 409


def test_a_confirmed_false_alarm_is_let_pass_from_then_on(web: Web) -> None:
    client, text = web.new(), "陳情人蔡淑芬反映路燈不亮。"
    before = check(client, text)
    assert before["items"], "the example must alarm"
    made = report(client, text=text).json()
    actor = _approver(web)
    incidents.take(web.store, made["id"], "review", actor=actor)
    incidents.confirm_false_alarm(web.store, made["id"], actor=actor, note="代表人，已公開")
    web.app.state.service.refresh()
    after = check(client, text)
    assert len(after["items"]) < len(before["items"])
    assert check(client, "陳情人葉俊宏反映路燈不亮。")["items"], "another value still alarms"


def _approver(web: Web) -> Any:
    from dlp.records import accounts

    return accounts.actor_of(accounts.find(web.store, "chen"), via="web")


# --- where the page runs alone


def test_without_a_store_nothing_can_be_asked_for(web: Web) -> None:
    from starlette.testclient import TestClient

    from dlp.channels.post.app import create_app

    with TestClient(create_app(web.scanner), raise_server_exceptions=False) as alone:
        assert ask(alone).status_code == 503
        assert alone.post("/v1/slip", json={"text": LEAK}).status_code == 503
        assert alone.get("/desk").status_code == 404
        assert "申請核准" not in alone.get("/").text
