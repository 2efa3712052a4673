"""``dlp policy``: lint, fix, test, show, diff, simulate, schema, new, accept."""

import json
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dlp.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlp.policy.faults import Fault
    from dlp.policy.replay import JournalRow

_PATHS = click.argument("paths", nargs=-1, metavar="[檔案或資料夾]…", type=click.Path(path_type=Path))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def policy() -> None:
    """政策：檢查、修正、測試、顯示、比較、試算。沒給檔案時用隨附政策。"""


def _paths(paths: tuple[Path, ...]) -> list[Path]:
    from dlp.policy.loading import shipped_folder

    return list(paths) or [shipped_folder()]


@policy.command()
@_PATHS
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="輸出格式"
)
def lint(paths: tuple[Path, ...], form: str) -> int:
    """一次列出全部錯誤：檔案:行:字。有錯以 2 結束。"""
    from dlp.policy.compiling import expired
    from dlp.policy.loading import examine

    loaded, faults = examine(_paths(paths))
    if loaded is not None:
        faults = (*faults, *expired(loaded, date.today()))
    errors = sum(not f.warning for f in faults)
    if form == "json":
        click.echo(
            json.dumps(
                {
                    "ok": not errors,
                    "version": loaded.version if loaded else None,
                    "faults": [_as_object(f) for f in faults],
                },
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        for fault in faults:
            click.echo(fault.text)
        click.echo(
            f"{errors} 個錯誤，政策未生效。"
            if errors
            else f"政策沒有錯誤：{len(loaded.rules) if loaded else 0} 條規則，版本 {loaded.version if loaded else ''}。"
        )
    return int(ExitCode.USAGE if errors else ExitCode.CLEAN)


def _as_object(fault: "Fault") -> dict[str, Any]:
    return {
        "file": fault.file, "line": fault.mark.line + 1, "column": fault.mark.column + 1, "severity": "warning" if fault.warning else "error",
        "code": fault.code, "message": fault.message, "hint": fault.hint,
    }  # fmt: skip


@policy.command()
@click.argument("files", nargs=-1, required=True, metavar="檔案…", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--check", "only_check", is_flag=True, help="只列出會改的地方，不寫檔")
def fix(files: tuple[Path, ...], only_check: bool) -> int:
    """改正全形標點、全形空白、引號等機械性錯誤。"""
    from dlp.policy.fixing import fix_file

    total = 0
    for path in files:
        done = fix_file(path, write=not only_check)
        total += len(done)
        for fault in done:
            click.echo(fault.headline)
    click.echo(f"{'可以' if only_check else '已'}改正 {total} 處。其餘請執行 dlp policy lint 查看。")
    return int(ExitCode.USAGE if only_check and total else ExitCode.CLEAN)


@policy.command()
@_PATHS
@click.option("--rule", "rules", multiple=True, metavar="代號", help="只測這些規則")
@click.option("--no-model", is_flag=True, help="不載入語言模型")
@click.option("--verbose", "-v", is_flag=True, help="通過的也列出")
def test(paths: tuple[Path, ...], rules: tuple[str, ...], no_model: bool, verbose: bool) -> int:
    """執行每條規則的測試，說明每個不符的原因。有不符以 1 結束。"""
    from dlp.policy import load_policies
    from dlp.scanner import Scanner
    from dlp.trials import policy_tests

    loaded = load_policies(_paths(paths))
    unknown = [r for r in rules if r not in {x.id for x in loaded.rules}]
    if unknown:
        raise UsageError(f"沒有規則 {'、'.join(unknown)}。", code="P304")
    find = policy_tests.finder(Scanner(policies=loaded, model=False if no_model else None))
    count = missed = 0
    for outcome in policy_tests.run(loaded, find, today=date.today(), rules=rules):
        count += 1
        missed += not outcome.passed
        if verbose and outcome.passed:
            click.echo(f"通過 {outcome.name}")
        if not outcome.passed:
            click.echo(
                f"不符 {outcome.name}（{outcome.rule.name}）：應為{outcome.test.expect.label}，結果{outcome.got.label}"
            )
            if outcome.test.text is not None:
                click.echo(f"     句子「{_short(outcome.test.text)}」")
            click.echo(f"     原因 {outcome.why}")
    click.echo(f"共 {count} 題，通過 {count - missed}，不符 {missed}。")
    return int(ExitCode.FINDINGS if missed else ExitCode.CLEAN)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else flat[:60] + "…"


@policy.command()
@_PATHS
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "odt", "yaml", "json"]),
    default="text",
    show_default=True,
    help="輸出格式",
)
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="寫到檔案（odt 必填）")
@click.option("--title", default="", help="文件標題")
def show(paths: tuple[Path, ...], form: str, output: Path | None, title: str) -> int:
    """以條文（第一條…）顯示生效的政策；odt 供簽核。"""
    from dlp.policy import load_policies
    from dlp.policy.clauses import clauses_of

    loaded = load_policies(_paths(paths))
    if form == "odt":
        from dlp.policy.odt import to_odt

        data = to_odt(clauses_of(loaded, title=title))
    elif form == "yaml":
        from dlp.policy.writing import to_yaml

        data = to_yaml(loaded).encode()
    elif form == "json":
        from dlp.policy.digest import canonical

        data = (
            json.dumps({"version": loaded.version, **canonical(loaded)}, ensure_ascii=False, indent=2).encode() + b"\n"
        )
    else:
        data = clauses_of(loaded, title=title).text.encode()
    if output is not None:
        output.write_bytes(data)
    elif form == "odt" and sys.stdout.isatty():
        raise UsageError("ODT 請用 -o 指定檔名，例如 -o 政策.odt。", code="E112")
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    return int(ExitCode.CLEAN)


@policy.command()
@click.argument("old", metavar="舊", type=click.Path(path_type=Path))
@click.argument("new", metavar="[新]", required=False, type=click.Path(path_type=Path))
def diff(old: Path, new: Path | None) -> int:
    """用白話說明兩份政策的差別；只給一份時，和隨附政策比。"""
    from dlp.policy import load_policies, load_shipped
    from dlp.policy.diff import diff as compare

    before, after = (load_policies([old]), load_policies([new])) if new else (load_shipped(), load_policies([old]))
    lines = compare(before, after)
    for line in lines:
        click.echo(line)
    click.echo(f"{len(lines)} 處不同（{before.version} → {after.version}）。" if lines else "兩份政策沒有差別。")
    return int(ExitCode.CLEAN)


@policy.command()
@_PATHS
@click.option("--since", default="7d", show_default=True, metavar="時間", help="從何時起：昨天、7d、24h 或 2026-11-01")
@click.option("--journal", type=click.Path(path_type=Path, exists=True), help="判斷紀錄檔（預設為資料夾裡的）")
@click.pass_context
def simulate(ctx: click.Context, paths: tuple[Path, ...], since: str, journal: Path | None) -> int:
    """用另一份政策重算過去的判斷，比較筆數與人工時間；不需要原文。"""
    from dlp.policy import load_policies
    from dlp.trials.simulation import report
    from dlp.trials.simulation import simulate as run

    loaded = load_policies(_paths(paths))
    start = parse_since(since, datetime.now().astimezone())
    click.echo(report(run(_journal_rows(ctx, journal, start), loaded, since=start)))
    return int(ExitCode.CLEAN)


def _journal_rows(ctx: click.Context, journal: Path | None, since: datetime) -> "Iterator[JournalRow]":
    if journal is not None:
        from dlp.policy.journalfile import read_rows

        yield from read_rows(journal)
        return
    from dlp.records.journal import entries
    from dlp.records.store import open_store
    from dlp.trials.journal_rows import row_from

    store = open_store((ctx.find_root().obj or {}).get("home"))
    try:
        yield from (row_from(entry) for entry in entries(store, since=since))
    finally:
        store.close()


def parse_since(text: str, now: datetime) -> datetime:
    """昨天、今天、7d、24h, or a date → a moment.  Raises UsageError."""
    words = {"今天": 0, "昨天": 1, "前天": 2}
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if text in words:
        return midnight - timedelta(days=words[text])
    if text[:-1].isascii() and text[:-1].isdigit() and len(text) <= 5 and text[-1] in "dh":
        return now - (timedelta(days=int(text[:-1])) if text[-1] == "d" else timedelta(hours=int(text[:-1])))
    from dlp.policy.values import parse_date

    try:
        return datetime.combine(parse_date(text), midnight.timetz())
    except ValueError:
        raise UsageError("--since 寫成 昨天、7d、24h、115-11-01 或 2026-11-01。", code="E111") from None


@policy.command()
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="寫到檔案")
def schema(output: Path | None) -> int:
    """輸出 JSON Schema，供編輯器自動完成。"""
    from dlp.policy.schema import json_schema

    text = json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n"
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)
    return int(ExitCode.CLEAN)


@policy.command()
@click.argument("path", metavar="檔案", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--office", default="○○機關", show_default=True, help="機關名稱")
@click.option("--domain", default="example.gov.tw", show_default=True, help="機關的郵件網域")
def new(path: Path, office: str, domain: str) -> int:
    """產生本機關的政策範本（沿用隨附政策）。"""
    from dlp.policy.schema import json_schema
    from dlp.policy.template import new_policy

    if path.exists():
        raise UsageError("檔案已經存在，不會覆寫。請換一個檔名。", code="E114")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(new_policy(office=office, domain=domain, today=date.today()), encoding="utf-8")
    beside = path.parent / "policy.schema.json"
    if not beside.exists():
        beside.write_text(json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    click.echo(f"已建立 {path}。改好後執行：dlp policy lint {path}")
    return int(ExitCode.CLEAN)


@policy.command()
@click.argument("path", metavar="允許清單.yaml", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--kind", required=True, metavar="種類", help="例如 personal.mobile")
@click.option("--why", required=True, help="理由")
@click.option("--until", required=True, metavar="日期", help="到期日，例如 116-06-30")
@click.option("--added-by", required=True, help="誰加的")
@click.option("--rule", "rules", multiple=True, metavar="代號", help="只對這些規則有效")
@click.pass_context
def accept(
    ctx: click.Context, path: Path, kind: str, why: str, until: str, added_by: str, rules: tuple[str, ...]
) -> int:
    """把一個值（從標準輸入讀，不寫在命令列）加進允許清單；只存加密雜湊。"""
    from dlp.kinds import Kind
    from dlp.policy.accepting import accept as add
    from dlp.policy.values import parse_date

    try:
        which, end = Kind(kind), parse_date(until)
    except ValueError:
        raise UsageError("--kind 要是發現的種類，--until 要寫成 116-06-30 或 2027-06-30。", code="E111") from None
    value = sys.stdin.readline().strip()
    if not value:
        raise UsageError("請從標準輸入給值，例如：dlp policy accept … < 檔案", code="E115")
    add(path, value, kind=which, why=why, until=end, added_by=added_by, rules=rules, key=_accept_key(ctx, path))
    click.echo(f"已加入 {path}。政策檔裡要有 accepted: [{path.name}] 才會生效。")
    return int(ExitCode.CLEAN)


def _accept_key(ctx: click.Context, path: Path) -> bytes:
    """The installation's key; the data folder is made only where no list exists yet (F46)."""
    from dlp.policy.keys import ACCEPTED_KEY, load_key
    from dlp.records.home import open_home

    home = (ctx.find_root().obj or {}).get("home")
    if not path.exists():
        open_home(home)
    return load_key(ACCEPTED_KEY, home)
