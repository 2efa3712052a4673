"""systemd units of the mail gateway: the milter, its socket, and the service that carries out decisions about held mail.

The milter runs without any right beyond its account; the socket lies in Postfix's queue folder, because a chrooted smtpd reaches
nothing else.  systemd.exec(5), systemd.socket(5), postconf(5) smtpd_milters, read 2026-11.
"""

SPOOL = "/var/spool/postfix/"
COMMON = """UMask=0077
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictRealtime=yes
SystemCallArchitectures=native
LockPersonality=yes
LimitCORE=0
"""
MILTER = f"""# 郵件閘道，以服務帳號執行，碰不到郵件佇列
[Unit]
Description=dlp mail gateway
Requires=dlp-milter.socket
After=network.target dlp-milter.socket

[Service]
Type=exec
User=dlp
Environment=DLP_HOME=/var/lib/dlp
# 通知信交給本機的 SMTP：NoNewPrivileges 之下不能用 sendmail（setgid）。
ExecStart=@DLP@ milter --listen systemd --notify-by inet:127.0.0.1:25
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=1
# 只通知主行程；它讓手上的信做完（最多 30 秒）再結束工作行程。
KillMode=mixed
TimeoutStopSec=45
StateDirectory=dlp
StateDirectoryMode=0700
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
LimitNOFILE=4096
TasksMax=256
MemoryMax=4G
OOMPolicy=continue
{COMMON}
[Install]
WantedBy=multi-user.target
"""
SOCKET = f"""# 重新啟動期間連線在這裡等，不會被拒絕
[Unit]
Description=dlp mail gateway socket
Before=postfix.service

[Socket]
# Postfix 的設定寫 unix:dlp/milter.sock
ListenStream={SPOOL}dlp/milter.sock
DirectoryMode=0755
SocketUser=dlp
SocketGroup=postfix
SocketMode=0660
Backlog=256

[Install]
WantedBy=sockets.target
"""
CARRY_OUT = f"""# 執行核准、退回、逾時的決定。postsuper 只接受 root，所以這個服務由 root 啟動；讀紀錄、作決定的部分立刻改用資料夾的擁有者（dlp），
# 留著 root 的只做五件事：列出留置的信、讀一封信的標頭、放行一封、刪除一封、交出一封通知信。
[Unit]
Description=dlp: release and return held mail
After=postfix.service

[Service]
Type=exec
Environment=DLP_HOME=/var/lib/dlp
ExecStart=@DLP@ milter carry-out --every 5
Restart=always
RestartSec=5
KillMode=mixed
TimeoutStopSec=60
CapabilityBoundingSet=CAP_SETUID CAP_SETGID CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_CHOWN CAP_FOWNER CAP_KILL
ReadWritePaths=-/var/lib/dlp -/var/spool/postfix
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
{COMMON}
[Install]
WantedBy=multi-user.target
"""


def mail_units(dlp: str) -> dict[str, str]:
    """File name → text; ``dlp`` is the full path of the command."""
    texts = {"dlp-milter.service": MILTER, "dlp-milter.socket": SOCKET, "dlp-carry-out.service": CARRY_OUT}
    return {name: text.replace("@DLP@", dlp) for name, text in texts.items()}


def milter_address(listen: str) -> str:
    """Postfix's word for where ``dlp milter`` listens.  A socket in the queue folder is named from there: so it holds in a chroot, too."""
    if listen == "systemd":
        return "unix:dlp/milter.sock"
    return listen.replace(f"unix:{SPOOL}", "unix:")
