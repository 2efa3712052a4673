"""The note that lies beside a stopped file or in the place of one in quarantine: what was found, why, and what to do.

It names no found value: masks, labels and laws only.
"""

from collections.abc import Iterator
from typing import Any

SHOWN = 20  # findings listed; more are only counted
STOPPED = ".未放行說明.txt"
REMARK = ".提醒.txt"
MOVED = ".已移至隔離區.txt"


def stopped(name: str, item: dict[str, Any]) -> str:
    """Beside a file that may not leave."""
    return "\n".join([
        f"「{name}」沒有放行。", "", *_why(item), "怎麼辦",
        "　1. 依上列建議修改或遮蔽後，重新放入 outbox 資料夾，會再檢查一次。",
        "　2. 認為是誤判，或確有對外提供的必要，請洽政風單位。",
        "　3. 檔案原封不動留在這個資料夾，沒有刪除。", *_end(item),
    ])  # fmt: skip


def remark(name: str, item: dict[str, Any]) -> str:
    """Beside a file that may leave, but of which a person should know something."""
    return "\n".join([f"「{name}」已放行，送出前請再看一次下列各點。", "", *_why(item), *_end(item)])


def moved(name: str, item: dict[str, Any], number: str) -> str:
    """In the place of a file in quarantine."""
    return "\n".join([
        f"「{name}」已由共用資料夾掃描移至隔離區，編號 {number}。", "", *_why(item), "怎麼辦",
        f"　1. 需要取回時，請向政風單位或資訊單位提出，並告知編號 {number}（dlp quarantine restore {number}）。",
        "　2. 檔案已加密保存，沒有刪除；取回後會放回原處，內容、時間與權限不變。", *_end(item),
    ])  # fmt: skip


def _why(item: dict[str, Any]) -> Iterator[str]:
    rules = [r for r in item["rules"] if r["action"] not in ("allow", "log")] or item["rules"]
    if rules:
        yield "為什麼"
        for rule in rules:
            yield f"　・{rule['name']}（{rule['id']}）：{rule['tell']}" if rule["tell"] else f"　・{rule['name']}（{rule['id']}）"
            if rule["fix"]:
                yield f"　　建議：{rule['fix']}"
        yield ""
    if item["findings"]:
        yield "發現（已遮蔽）"
        for finding in item["findings"][:SHOWN]:
            yield f"　・{finding['label']}：{finding['masked']}" + (f"　{finding['fix']}" if finding["fix"] else "")
        rest = int(item.get("findings_total", len(item["findings"]))) - SHOWN
        if rest > 0:
            yield f"　・另有 {rest} 處"
        yield ""
    if item["not_read"]:
        yield "沒有檢查到的部分（讀不到不等於沒有問題）"
        for detail in dict.fromkeys(n["detail"] or n["reason"] for n in item["not_read"]):
            yield f"　・{detail}"
        yield ""


def _end(item: dict[str, Any]) -> Iterator[str]:
    if item.get("policy_version"):
        yield ""
        yield f"政策版本 {item['policy_version']}"
    yield ""
