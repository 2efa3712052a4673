"""``dlp doctor``: is everything there, and would anything pass unseen?"""

import json

import click

from dlp.errors import ExitCode


@click.command()
@click.argument("paths", nargs=-1, metavar="[路徑…]")
@click.option("--policy", "policies", multiple=True, metavar="檔案", help="政策檔或資料夾")
@click.option("--milter", metavar="位址", help="郵件閘道位址（inet:… 或 unix:…）；一併檢查 Postfix 設定")
@click.option("--send-test", "address", metavar="自己的信箱", help="寄無害的測試信走一遍實際的外送路徑，逐站回報")
@click.option("--smtp", default="", metavar="主機:埠", help="測試信也經同仁寄信的服務，例如 127.0.0.1:25")
@click.option("--postfix-config", "config", default="", envvar="MAIL_CONFIG", metavar="目錄", help="Postfix 設定資料夾（預設為系統的）")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def doctor(
    ctx: click.Context, paths: tuple[str, ...], policies: tuple[str, ...], milter: str | None, address: str | None, smtp: str, config: str, form: str
) -> int:
    """自我檢查：資料夾、政策、模型、磁碟、文字辨識、共用資料夾、監看上限、郵件閘道。異常時結束碼 4。"""
    from dlp.cli import doctor_checks as checks

    at = checks.Circumstances((ctx.obj or {}).get("home"), policies, paths, milter)
    answers = list(checks.run(at))
    if address:
        if "@" not in address or address.startswith("-") or any(c.isspace() for c in address):
            raise click.UsageError("請給完整的電子郵件地址，例如 me@example.gov.tw。")
        answers += checks.send_test(at, address=address, smtp=smtp, config=config)
    if form == "json":
        facts = [{"code": a.code, "grade": a.grade.name.lower(), "what": a.what, "remedy": a.remedy} for a in answers]
        click.echo(json.dumps(facts, ensure_ascii=False))
    else:
        for a in answers:
            click.echo(f"{a.grade.label} {a.code}  {a.what}" + (f"\n      → {a.remedy}" if a.remedy else ""))
    return int(ExitCode.NOT_READY if checks.worst(answers) is checks.Grade.FAIL else ExitCode.CLEAN)
