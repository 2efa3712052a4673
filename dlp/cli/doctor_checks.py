"""The checks of ``dlp doctor``: each looks at one thing and says with a stable code what it found and what to do.

Nothing is changed, and no check raises: what cannot be looked at is a finding, too.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from dlp.errors import DlpError

FREE_LEAST = 1 << 30  # F71: 1 GiB, or one and a half times the largest message
FREE_WARN = 5 << 30
MESSAGE_BYTES = 50_000_000  # L01
STATUS_OLD = 30.0  # seconds; the services write theirs every five
FOLDERS_COUNTED, COUNT_SECONDS = 500_000, 20.0
UNFINISHED_DAYS = 2
PROBE = "身分證字號A123456789，行動電話0912-345-678"  # a published specimen number; the check must find it
PROBE_KIND = "personal.national_id"


class Grade(IntEnum):
    OK = 0
    NOTE = 1
    WARN = 2
    FAIL = 3

    @property
    def label(self) -> str:
        return ("正常", "說明", "注意", "異常")[self]


@dataclass(frozen=True, slots=True)
class Answer:
    """``code`` is stable; ``remedy`` is empty where there is nothing to do."""

    code: str
    grade: Grade
    what: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is to be looked at: home folder, policy files, shares, address of the milter, or None for its default."""

    home: str | None
    policies: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    milter: str | None = None


def run(at: Circumstances) -> Iterator[Answer]:
    """All checks, in the order in which things are needed."""
    for check in (home, store, policy, engine, space, readers, shares, watching, scanning, gateway, postfix):
        try:
            yield from check(at)
        except DlpError as err:
            yield Answer(f"D-{err.code}", Grade.FAIL, err.message)
        except Exception as err:  # the edge: a check that fails is an answer, not the end of the others
            yield Answer("D99", Grade.FAIL, f"檢查「{check.__name__}」無法完成（{type(err).__name__}）", "請附上這一行回報。")


def home(at: Circumstances) -> Iterator[Answer]:
    from dlp.records.home import open_home

    opened = open_home(at.home)
    yield Answer("D01", Grade.OK, f"資料夾與金鑰可用：{opened.path}")


def store(at: Circumstances) -> Iterator[Answer]:
    from dlp.records.checking import differences
    from dlp.records.store import open_store

    with open_store(at.home) as opened:
        found = differences(opened)
    if not found:
        yield Answer("D02", Grade.OK, "資料庫、證物與稽核紀錄一致")
    for line in found:
        yield Answer("D03", Grade.FAIL, line, "先備份資料夾，再依說明文件的「備份與還原」處理；不要刪檔。")


def policy(at: Circumstances) -> Iterator[Answer]:
    from dlp.policy import load_policies, load_shipped

    loaded = load_policies([Path(p) for p in at.policies]) if at.policies else load_shipped()
    if loaded.degraded:
        yield Answer("D11", Grade.FAIL, "政策沒有任何啟用的規則", "用 dlp policy show 查看，或在政策寫 allow-empty: true。")
    else:
        yield Answer("D10", Grade.OK, f"政策版本 {loaded.version}，啟用 {len(loaded.active)} 條規則")
    if not loaded.places.inside:
        yield Answer("D12", Grade.NOTE, "政策沒有寫機關自己的網域（places.inside），一律視為對外", "用 dlp policy new 建立本機關政策。")
    for warning in loaded.warnings:
        yield Answer("D13", Grade.WARN, warning.text)


def engine(at: Circumstances) -> Iterator[Answer]:
    """The self-test: a probe with a known needle must be found."""
    from dlp.scanner import Scanner

    scanner = Scanner(policies=[Path(p) for p in at.policies] or None)
    found = {str(f.kind) for f in scanner.check(PROBE, "mail").findings}
    if PROBE_KIND in found and not scanner.check("今天天氣晴朗。", "mail").findings:
        yield Answer("D20", Grade.OK, "自我測試：已知的樣本找得到")
    else:
        yield Answer("D21", Grade.FAIL, "自我測試失敗：已知的樣本找不到", "重新安裝；若曾改過政策或模型，還原後再試。")
    if scanner.language is None:
        yield Answer("D22", Grade.WARN, "沒有語言模型，只用形式與上下文判斷", "安裝完整的套件，或執行 make train。")
    else:
        yield Answer("D23", Grade.OK, "語言模型已載入")


def space(at: Circumstances) -> Iterator[Answer]:
    from dlp.records.home import open_home

    path = open_home(at.home).path
    for name, folder, least in (("資料夾", path, max(FREE_LEAST, MESSAGE_BYTES * 3 // 2)), ("暫存區", Path(os.environ.get("TMPDIR", "/tmp")), FREE_LEAST)):
        room = os.statvfs(folder)
        free, inodes = room.f_bavail * room.f_frsize, room.f_favail
        words = f"{name}剩餘 {free / (1 << 30):.1f} GiB"
        if free < least or (room.f_files and inodes < 1_000):
            yield Answer("D31", Grade.FAIL, words, "清出空間；不足時郵件會暫緩、掃描會停。")
        else:
            yield Answer("D30", Grade.WARN if free < FREE_WARN else Grade.OK, words, "建議保留 5 GiB 以上。" if free < FREE_WARN else "")


def readers(_: Circumstances) -> Iterator[Answer]:
    from importlib.util import find_spec

    from dlp.readers import ocr

    if ocr.program() is None:
        yield Answer("D40", Grade.NOTE, "沒有文字辨識（OCR），圖片會列為未讀", "apt-get install tesseract-ocr tesseract-ocr-chi-tra，並加 --ocr。")
    else:
        yield Answer("D41", Grade.OK, "文字辨識（Tesseract，繁體中文）可用")
    if find_spec("py7zr") is None and shutil.which("7z") is None:
        yield Answer("D42", Grade.NOTE, "沒有 7z 讀取元件，7z 壓縮檔會列為未讀", "pip install 'dlp-zh[7z]'")


def shares(at: Circumstances) -> Iterator[Answer]:
    from dlp.channels.share.mounts import mount_of

    for path in at.paths or _scheduled(at):
        if not os.path.isdir(path):
            yield Answer("D50", Grade.FAIL, f"{path} 不存在或不是資料夾", "網路磁碟請確認已掛載（mount、systemctl status '*.mount'）。")
            continue
        mount = mount_of(os.fsencode(path))
        kind = mount.kind if mount else "不明"
        if not os.access(path, os.R_OK | os.X_OK):
            yield Answer("D51", Grade.FAIL, f"{path} 沒有讀取權限", "以有讀取權限的服務帳號執行，或調整共用權限。")
            continue
        with os.scandir(path) as listing:
            empty = next(listing, None) is None
        if empty:
            yield Answer("D52", Grade.WARN, f"{path} 是空的（{kind}）", "可能沒有掛載；dlp scan 會拒絕把它當成全部刪除。")
        elif mount is not None and mount.network:
            yield Answer("D53", Grade.NOTE, f"{path} 是網路磁碟（{kind}）", "dlp watch 自動改用輪詢；其他主機的變更要等下一次輪詢或夜間掃描。")
        else:
            yield Answer("D54", Grade.OK, f"{path} 可讀（{kind}）")


def _scheduled(at: Circumstances) -> list[str]:
    from dlp.policy import load_policies, load_shipped

    loaded = load_policies([Path(p) for p in at.policies]) if at.policies else load_shipped()
    return [path for schedule in loaded.schedules for path in schedule.scan if path.startswith("/")]


def watching(at: Circumstances) -> Iterator[Answer]:
    from dlp.channels.share.mounts import inotify_limits, must_poll

    limits = inotify_limits()
    if not limits.watches:
        yield Answer("D60", Grade.NOTE, "這個系統沒有 inotify，dlp watch 改用輪詢")
        return
    local = [p for p in at.paths if os.path.isdir(p) and not must_poll(os.fsencode(p))]
    folders = sum(_folders(p) for p in local)
    words = f"可監看 {limits.watches:,} 個資料夾" + (f"，這些路徑有 {folders:,} 個" if local else "") + f"；事件佇列 {limits.queued:,}"
    if folders > 0.9 * limits.watches:
        yield Answer("D61", Grade.WARN, words, f"sysctl -w fs.inotify.max_user_watches={max(1_048_576, 2 * folders)}，並寫入 /etc/sysctl.d/。")
    else:
        yield Answer("D62", Grade.OK, words)
    yield from _service(at, "watch.status.json", "監看服務", "D63")


def _folders(path: str) -> int:
    count, until = 0, time.monotonic() + COUNT_SECONDS
    for _ in os.walk(path):
        count += 1
        if count >= FOLDERS_COUNTED or time.monotonic() > until:
            break
    return count


def _service(at: Circumstances, name: str, label: str, code: str) -> Iterator[Answer]:
    from dlp.records.home import open_home

    path = open_home(at.home).path / name
    try:
        facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        age = time.time() - path.stat().st_mtime
    except (OSError, ValueError):
        return
    reasons = facts.get("degraded") or ""
    words = "、".join(reasons) if isinstance(reasons, list) else str(reasons)
    if facts.get("running", True) and age > STATUS_OLD:
        yield Answer(code, Grade.WARN, f"{label}已 {age:,.0f} 秒沒有回報", "systemctl status 查看服務；若已停用，刪除這個狀態檔即可。")
    elif words:
        yield Answer(code, Grade.WARN, f"{label}：{words}", "等待自行恢復；持續發生請看服務日誌。")
    elif facts.get("running", True):
        yield Answer(code, Grade.OK, f"{label}運作中")


def scanning(at: Circumstances) -> Iterator[Answer]:
    import sqlite3

    from dlp.records.home import open_home

    path = open_home(at.home).path / "scan.db"
    if not path.exists():
        yield Answer("D70", Grade.NOTE, "還沒有掃描過共用資料夾")
        return
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        intact = db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        row = db.execute("SELECT began, ended FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    if not intact:
        yield Answer("D71", Grade.FAIL, "掃描紀錄損壞", "dlp scan --fresh 會重新建立；發現會重新找到。")
    elif row is not None and row[1] is None and time.time() - row[0] > UNFINISHED_DAYS * 86_400:
        yield Answer("D72", Grade.WARN, f"上次掃描 {(time.time() - row[0]) / 86_400:.0f} 天前開始，還沒掃完", "延長時段，或增加 --jobs。")
    elif row is not None:
        yield Answer("D73", Grade.OK, "掃描紀錄完好")


def gateway(at: Circumstances) -> Iterator[Answer]:
    yield from _service(at, "milter.status.json", "郵件閘道", "D80")
    if at.milter is None:
        return
    from dlp.channels.mail.gateway import parse_listen

    where = parse_listen(at.milter)
    try:
        if where.path is not None:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(5)
                line.connect(str(where.path))
        else:
            socket.create_connection((where.host, where.port), timeout=5).close()
    except OSError as err:
        remedy = "確認 dlp milter 已啟動，且 Postfix 讀得到 socket（群組 postfix，目錄權限 0750）。"
        yield Answer("D81", Grade.FAIL, f"連不上郵件閘道 {at.milter}（{type(err).__name__}）", remedy)
    else:
        yield Answer("D82", Grade.OK, f"郵件閘道 {at.milter} 有回應")


def postfix(at: Circumstances) -> Iterator[Answer]:
    """Only where Postfix is meant to pass mail through us: settings that would let mail out unseen."""
    program = shutil.which("postconf", path="/usr/sbin:/usr/bin:/sbin")
    if program is None or at.milter is None:
        return
    names = ("milter_default_action", "non_smtpd_milters", "message_size_limit")
    done = subprocess.run([program, *names], capture_output=True, text=True, timeout=20, check=False)
    values = {k.strip(): v.strip() for k, _, v in (line.partition("=") for line in done.stdout.splitlines())}
    if values.get("milter_default_action") == "accept":
        yield Answer("D90", Grade.FAIL, "Postfix 設為引擎故障時放行（milter_default_action = accept）", "改成 tempfail 或 quarantine。")
    if not values.get("non_smtpd_milters"):
        yield Answer("D91", Grade.FAIL, "本機程式寄出的信不受檢查（non_smtpd_milters 是空的）", "dlp integrations postfix 有要加的行。")
    limit = int(values.get("message_size_limit") or 0)
    if limit == 0 or limit > MESSAGE_BYTES:
        yield Answer("D92", Grade.WARN, f"Postfix 收信上限（{limit:,}）大於檢查上限（{MESSAGE_BYTES:,}）", f"postconf -e message_size_limit={MESSAGE_BYTES}")
    if values and values.get("milter_default_action") != "accept" and values.get("non_smtpd_milters"):
        yield Answer("D93", Grade.OK, "Postfix 設定不會讓郵件未經檢查送出")


def send_test(at: Circumstances, *, address: str, smtp: str, config: str, seconds: float = 30) -> Iterator[Answer]:
    """Probes along every way out of this host, one answer a hop."""
    from dlp.channels.mail.gateway import parse_listen
    from dlp.channels.mail.sendtest import walk

    try:
        server = parse_listen(f"inet:{smtp}") if smtp else None
        for hop in walk(address, home=at.home, config=config, smtp=(server.host, server.port) if server else None, seconds=seconds):
            if hop.good is None:
                yield Answer("D95", Grade.NOTE, f"{hop.name}：{hop.detail}")
            elif hop.good:
                yield Answer("D96", Grade.OK, f"{hop.name}：{hop.detail}")
            else:
                yield Answer("D97", Grade.FAIL, f"{hop.name}：{hop.detail}", "對照 dlp integrations postfix 印出的設定，再查郵件伺服器日誌。")
    except DlpError as err:
        yield Answer("D98", Grade.FAIL, f"測試信沒有寄出：{err}", "先處理上面的問題，再試一次。")


def worst(answers: Sequence[Answer]) -> Grade:
    return max((a.grade for a in answers), default=Grade.OK)
