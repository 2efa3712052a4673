"""The command line.  Each command is a thin module, imported only when it is called, so that ``dlp --help`` is instant."""

import sys
from importlib import import_module

import click

from dlp.errors import DlpError, ExitCode

# name → (module:attribute, help).  The help stands here so that the list needs no import; a test compares both.
COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("dlp.cli.check:check", "檢查稿件、郵件或檔案，說明理由與改法"),
    "mask": ("dlp.cli.mask:mask", "產生遮蔽版"),
    "explain": ("dlp.cli.explain:explain", "說明一種發現：是什麼、依據、例句"),
    "policy": ("dlp.cli.policy:policy", "政策：檢查、修正、測試、顯示、比較、試算"),
    "slip": ("dlp.cli.slip:slip", "檢核單：產生與驗證"),
    "scan": ("dlp.cli.scan:scan", "掃描資料夾"),
    "watch": ("dlp.cli.watch:watch", "檔案一存就檢查"),
    "baseline": ("dlp.cli.baseline:baseline", "已知發現的基準線"),
    "quarantine": ("dlp.cli.quarantine:quarantine", "隔離檔案：列出與還原"),
    "incident": ("dlp.cli.incident:incident", "事件：列出、核准、退回、結案"),
    "audit": ("dlp.cli.audit:audit", "稽核紀錄：驗證"),
    "report": ("dlp.cli.report:report", "日、週、月報表"),
    "serve": ("dlp.cli.serve:serve", "網頁、API 與 LanguageTool 相容端點"),
    "milter": ("dlp.cli.milter:milter", "郵件閘道（milter）"),
    "filter": ("dlp.cli.filter:filter_", "郵件閘道（pipe 或 SMTP 轉送）"),
    "feedback": ("dlp.cli.feedback:feedback", "回報誤判，存成測試候選"),
    "integrations": ("dlp.cli.integrations:integrations", "產生 Postfix、LibreOffice 等設定"),
    "doctor": ("dlp.cli.doctor:doctor", "自我檢查"),
    "admin": ("dlp.cli.admin:admin", "帳號與角色"),
    "version": ("dlp.cli.version:version", "版本"),
}


def _available(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(COMMANDS[name][0].partition(":")[0]) is not None


class LazyGroup(click.Group):
    """A group whose commands are imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in COMMANDS if _available(name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS or not _available(cmd_name):
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("指令"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "DLP"})
@click.option(
    "--home",
    type=click.Path(file_okay=False),
    envvar="DLP_HOME",
    help="資料夾：紀錄、金鑰、隔離區（預設 ~/.local/share/dlp）",
)
@click.pass_context
def cli(ctx: click.Context, home: str | None) -> None:
    """外送文件防洩密掃描：分辨「洩密」與「談論保密」。所有處理都在本機，不連外部網路。"""
    ctx.obj = {"home": home}


def main() -> None:
    """Entry point: turns every failure into a message with a code and the promised exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        code = 130
    except click.ClickException as err:
        err.show()
        code = ExitCode.USAGE
    except DlpError as err:
        click.echo(f"錯誤 {err.code} {err.message}", err=True)
        for fault in getattr(err, "faults", ()):
            click.echo(fault, err=True)
        code = err.exit_code
    except BrokenPipeError:
        # The reader went away (head, less): not our failure, but nothing more can be said either.
        sys.stderr.close()
        code = ExitCode.CLEAN
    sys.exit(int(code or 0))
