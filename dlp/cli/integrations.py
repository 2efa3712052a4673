"""``dlp integrations``: settings for the programs around us, ready to paste."""

import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import click

POSTFIX = """# dlp：Postfix 設定（只掛在「外送」的服務上，且在 DKIM 簽章之前）
#
# main.cf —— 讓本機程式（sendmail、cron）寄出的信也受檢查；預設值會隨版本改變，所以一定要寫出來：
non_smtpd_milters = {milter}
milter_default_action = {default}
milter_protocol = 6
milter_connect_timeout = 30s
milter_command_timeout = 30s
milter_content_timeout = 300s
milter_mail_macros = i {{mail_addr}} {{auth_authen}}
milter_end_of_data_macros = i
# 外送時移除內部標頭：
smtp_header_checks = regexp:/etc/postfix/dlp_header_checks

# /etc/postfix/dlp_header_checks
/^X-DLP-/ IGNORE

# master.cf —— 例一：同仁經 submission 寄信
submission inet n - y - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_milters={milter}

# master.cf —— 例二：內部郵件主機（例如 Exchange 的傳送連接器）轉送到這台，由這台檢查後外送
10025 inet n - y - - smtpd
  -o mynetworks=192.0.2.10/32
  -o smtpd_relay_restrictions=permit_mynetworks,reject
  -o smtpd_milters={milter}

# 收信的 smtp 服務不要掛：
smtp inet n - y - - smtpd
  -o smtpd_milters=

# 有 DKIM 簽章者，把 dlp 放在前面：smtpd_milters={milter}, inet:127.0.0.1:8890
# 套用：postfix reload；驗證：dlp milter send-test --smtp 127.0.0.1:10025 自己的信箱
"""

EXCHANGE = """# Exchange 內部部署 → Postfix（本產品）→ 外部
# 1. 在 Postfix 主機套用 dlp integrations postfix 的「例二」，mynetworks 換成 Exchange 的位址。
# 2. 在 Exchange 管理殼層建立傳送連接器，把外送郵件交給 Postfix：
New-SendConnector -Name "Outbound via DLP" -AddressSpaces "SMTP:*;1" `
  -DNSRoutingEnabled $false -SmartHosts "[192.0.2.25]" -Port 10025 `
  -SmartHostAuthMechanism None -RequireTLS $true
# 3. 停用原本直接外送的連接器，確認外送只剩一條路：
Get-SendConnector | Format-Table Name,AddressSpaces,Enabled
# 4. 驗證：在 Postfix 主機執行 dlp milter send-test 自己的信箱；再從 Exchange 寄一封，journalctl -u dlp-milter 應有紀錄。
"""

XCU = """<?xml version="1.0" encoding="UTF-8"?>
<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="Linguistic" oor:package="org.openoffice.Office">
 <node oor:name="GrammarChecking"><node oor:name="LanguageTool">
  <prop oor:name="BaseURL" oor:op="fuse"><value>{base}</value></prop>
  <prop oor:name="IsEnabled" oor:op="fuse"><value>true</value></prop>
 </node></node>
 <node oor:name="ServiceManager"><node oor:name="GrammarCheckers">
  <node oor:name="org.openoffice.lingu.LanguageToolGrammarChecker" oor:op="fuse">
   <prop oor:name="Locales" oor:type="oor:string-list" oor:op="fuse"><value>zh-TW zh-HK zh-CN en-US</value></prop>
  </node>
 </node></node>
</oor:component-data>
"""
MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">
 <manifest:file-entry manifest:full-path="dlp.xcu" manifest:media-type="application/vnd.sun.star.configuration-data"/>
</manifest:manifest>
"""
DESCRIPTION = """<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006">
 <identifier value="tw.dlp-zh.settings"/>
 <version value="1.0.0"/>
 <display-name><name lang="zh-TW">發布前檢查設定</name><name lang="en">Pre-publication check settings</name></display-name>
</description>
"""


@click.group()
def integrations() -> None:
    """產生 Postfix、systemd、Exchange、LibreOffice 的設定。"""


@integrations.command()
@click.option("--listen", default="inet:127.0.0.1:8891", show_default=True, help="milter 位址，同 dlp milter --listen（systemd：socket 單元）")
@click.option(
    "--if-down", type=click.Choice(["tempfail", "quarantine"]), default="tempfail", show_default=True, help="引擎停止時"
)
def postfix(listen: str, if_down: str) -> None:
    """印出 main.cf 與 master.cf 要加的行。"""
    from dlp.cli.mail_units import SPOOL, milter_address

    address = milter_address(listen)
    if address.startswith("unix:/"):
        click.echo(f"注意：在 chroot 中執行的 smtpd 連不到 {SPOOL} 以外的 socket。", err=True)
    click.echo(POSTFIX.format(milter=address, default=if_down), nl=False)


@integrations.command()
@click.argument("what", type=click.Choice(["all", "milter", "scan", "watch", "outbox", "doctor"]), default="all")
@click.option("--dlp", "command", default="/opt/dlp/.venv/bin/dlp", show_default=True, help="dlp 的完整路徑")
@click.option("--path", default="/srv/share", show_default=True, help="要掃描、監看的資料夾")
@click.option("--outbox", default="/srv/handover", show_default=True, help="交件匣（底下有 outbox/）")
@click.option("--start", default="22:00", show_default=True, help="夜間掃描開始")
@click.option("--stop", default="06:00", show_default=True, help="夜間掃描停止")
@click.option("--moves", is_flag=True, help="允許移至隔離區（路徑可寫）；否則對服務而言是唯讀")
@click.option("--output", type=click.Path(file_okay=False, exists=True, path_type=Path), help="寫成檔案放進這個資料夾")
def systemd(what: str, command: str, output: Path | None, **given: Any) -> None:
    """印出強化過的 systemd 服務檔與計時器：郵件閘道、夜間掃描、監看、交件匣、自我檢查。"""
    from dlp.cli.mail_units import mail_units
    from dlp.cli.units import Choice, units

    for word in (given["start"], given["stop"]):
        hour, _, minute = word.partition(":")
        if not (hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60 and len(minute) == 2):
            raise click.UsageError("時間要寫成 22:00。")
    mail = mail_units(command)
    for name, text in (mail | units(Choice(dlp=command, **given), mail["dlp-milter.service"])).items():
        if what != "all" and not (name in mail if what == "milter" else name.startswith(f"dlp-{what}.")):
            continue
        if output is not None:
            (output / name).write_text(text, encoding="utf-8")
            click.echo(f"已寫入 {output / name}")
        else:
            click.echo(f"# /etc/systemd/system/{name}\n{text}")


@integrations.command()
def exchange() -> None:
    """印出 Exchange 經 Postfix 外送的設定。"""
    click.echo(EXCHANGE, nl=False)


@integrations.command()
@click.option("--base-url", required=True, metavar="URL", help="例如 https://dlp.example.gov.tw/v2")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), default=Path("dlp-settings.oxt"), show_default=True
)
def libreoffice(base_url: str, output: Path) -> None:
    """產生 LibreOffice 設定擴充（.oxt）：寫作時畫底線，不含程式碼。"""
    if not base_url.startswith(("http://", "https://")):
        raise click.UsageError("--base-url 要以 https:// 或 http:// 開頭。")
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("META-INF/manifest.xml", MANIFEST)
        package.writestr("description.xml", DESCRIPTION)
        package.writestr("dlp.xcu", XCU.format(base=escape(base_url.rstrip("/"))))
    click.echo(
        f"已寫入 {output}。在 LibreOffice 選「工具 → 擴充功能」加入後重新啟動。只支援 Writer，逐段檢查；沒有底線也可能是伺服器停了。"
    )
