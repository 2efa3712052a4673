"""``dlp feedback``: this was a false alarm."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from dlp.cli.desk import AS, acting, opened
from dlp.cli.options import channel_option, engine_options, envelope_for, scanner_for
from dlp.errors import ExitCode, UsageError


@click.command()
@click.argument("file", required=False)
@click.option("--wrong", metavar="規則", help="判錯的規則編號（或類別名稱），例如 INF-02")
@channel_option
@click.option("--keep-text", is_flag=True, help="保存原文（預設只保存遮蔽版；都加密）")
@click.option("--list", "listing", is_flag=True, help="列出回報")
@click.option("--accept", type=int, metavar="編號", help="接受：成為測試案例，訓練可用")
@click.option("--drop", type=int, metavar="編號", help="不接受：刪除這筆回報")
@click.option("--export", type=click.Path(dir_okay=False, path_type=Path), help="把已接受的寫成 JSONL，供 make train")
@AS
@engine_options
@click.pass_context
def feedback(
    ctx: click.Context, /, file: str | None, wrong: str | None, channel: str, keep_text: bool, listing: bool,
    accept: int | None, drop: int | None, export: Path | None, account: str | None, **engine: Any,
) -> int:  # fmt: skip
    """回報誤判：檢查檔案，把指定規則的結果存成測試候選（預設遮蔽、加密）。檔名寫 - 從標準輸入讀。"""
    from dlp.records import feedback as kept

    if file is not None:
        return _report(ctx, file, wrong, channel, keep_text, account, engine)
    with opened(ctx) as store:
        if accept is not None:
            kept.accept(store, accept, actor=acting(store, account))
            click.echo(f"已接受第 {accept} 筆。")
        elif drop is not None:
            kept.drop(store, drop, actor=acting(store, account))
            click.echo(f"已刪除第 {drop} 筆。")
        elif export is not None:
            _export(kept.accepted(store), export)
        elif listing:
            _list(store)
        else:
            raise click.UsageError("請給檔案與 --wrong，或用 --list、--accept、--drop、--export。")
    return int(ExitCode.CLEAN)


def _report(ctx: click.Context, file: str, wrong: str | None, channel: str, keep_text: bool, account: str | None, engine: dict[str, Any]) -> int:  # fmt: skip
    from dlp.records import feedback as kept

    if not wrong:
        raise click.UsageError("請用 --wrong 指定判錯的規則，例如 --wrong INF-02。")
    scanner = scanner_for(engine)
    way, envelope = envelope_for(channel)
    if file == "-":
        verdict = scanner.check_bytes(sys.stdin.buffer.read(), "", way, envelope=envelope)
    else:
        verdict = scanner.check_file(file, way)
    hit = next((r for r in verdict.rules if r.id == wrong), None)
    found = [verdict.findings[i] for i in hit.findings] if hit else [f for f in verdict.findings if f.kind == wrong]
    if not found:
        named = "、".join(dict.fromkeys(r.id for r in verdict.rules)) or "沒有任何規則"
        raise UsageError(f"這份檔案沒有觸發這條規則（觸發的是：{named}）。", code="E151")
    places = {f.part for f in found}
    parts = [p for p in verdict.document.parts if p.path in places]
    text = "\n".join(p.text if keep_text else verdict.masked(p.path) for p in parts)
    with opened(ctx) as store:
        number = kept.add(
            store,
            rule=wrong,
            kinds=sorted({str(f.kind) for f in found}),
            channel=way,
            text=text,
            actor=acting(store, account),
        )
    click.echo(
        f"已收到，第 {number} 筆（{'保存原文' if keep_text else '只保存遮蔽版'}，加密）。接受後用 dlp feedback --accept {number}。"
    )
    return int(ExitCode.CLEAN)


def _list(store: Any) -> None:
    from dlp.records import feedback as kept
    from dlp.records.incident_views import candidates

    rows = candidates(store)
    for one in rows:
        state = "已接受" if one.expect == kept.ACCEPTED else "待審"
        click.echo(f"{one.number:>5}  {state}  {one.rule:<10} {one.channel:<6} {one.kind}")
    click.echo(f"{len(rows)} 筆。" if rows else "沒有誤判回報。", err=not rows)


def _export(rows: list[dict[str, str]], path: Path) -> None:
    import os

    from dlp.records.home import create_private

    try:
        with os.fdopen(create_private(path), "w", encoding="utf-8") as out:
            for row in rows:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
    except OSError as err:
        raise UsageError(f"檔案寫不出去（{type(err).__name__}）。不會覆寫已存在的檔案。", code="E104") from None
    click.echo(f"已寫出 {len(rows)} 筆。訓練：make train FEEDBACK={path}")
