"""systemd units of the services: mail gateway, nightly scan, watcher, outbox, daily self-check (systemd.exec(5), systemd.timer(5)).

The share is mounted read-only for the services unless files may be moved: then, and for an outbox, exactly that path is writable.
``CAP_DAC_READ_SEARCH`` lets the service account read every file of the share without being root.
"""

from dataclasses import dataclass

HARDENED = """NoNewPrivileges=yes
ProtectSystem=strict
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
LockPersonality=yes
LimitCORE=0
UMask=0077
"""

ACCOUNT = """User=dlp
StateDirectory=dlp
StateDirectoryMode=0700
Environment=DLP_HOME=/var/lib/dlp
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the units are for.  ``start`` and ``stop`` are HH:MM; ``moves``: files may be moved to quarantine."""

    dlp: str = "/opt/dlp/.venv/bin/dlp"
    path: str = "/srv/share"
    outbox: str = "/srv/handover"
    start: str = "22:00"
    stop: str = "06:00"
    moves: bool = False


def units(choice: Choice, milter: str) -> dict[str, str]:
    """File name → text.  ``milter`` is the unit of the mail gateway."""
    return {
        "dlp-milter.service": milter, "dlp-scan.service": _scan(choice), "dlp-scan.timer": _timer("dlp 夜間掃描", f"*-*-* {choice.start}:00"),
        "dlp-watch.service": _watch(choice), "dlp-outbox.service": _outbox(choice), "dlp-doctor.service": _doctor(choice),
        "dlp-doctor.timer": _timer("dlp 每日自我檢查", "*-*-* 07:30:00"),
    }  # fmt: skip


def _quoted(word: str) -> str:
    """A word of ExecStart: spaces kept, no specifier and no variable."""
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$") + '"'


def _path(word: str) -> str:
    return '"' + word.replace("%", "%%") + '"'


def _rights(choice: Choice) -> str:
    if choice.moves:
        names = "CAP_DAC_READ_SEARCH CAP_DAC_OVERRIDE CAP_FOWNER CAP_CHOWN"
        return f"AmbientCapabilities={names}\nCapabilityBoundingSet={names}\nReadWritePaths=-{_path(choice.path)}\nProtectHome=read-only\n"
    return "AmbientCapabilities=CAP_DAC_READ_SEARCH\nCapabilityBoundingSet=CAP_DAC_READ_SEARCH\nProtectHome=read-only\n"


def _scan(choice: Choice) -> str:
    moves = " --on-stop quarantine --apply" if choice.moves else ""
    return (
        "# 時間到會停下，下一晚接續。結束碼 1（有發現）與 3（有檔案讀不到）不是服務失敗。\n"
        "[Unit]\nDescription=dlp nightly scan of the shared drives\n"
        f"RequiresMountsFor={_path(choice.path)}\n\n"
        f"[Service]\nType=oneshot\n{ACCOUNT}"
        f"ExecStart={choice.dlp} scan --time-window {choice.start}-{choice.stop}{moves} --format jsonl"
        f" --report /var/lib/dlp/scan.html --report /var/lib/dlp/scan.csv {_quoted(choice.path)}\n"
        "StandardOutput=truncate:/var/lib/dlp/scan.jsonl\nSuccessExitStatus=1 3\nNice=10\nIOSchedulingClass=idle\nCPUWeight=20\nMemoryMax=4G\n"
        f"PrivateNetwork=yes\nRestrictAddressFamilies=AF_UNIX\n{_rights(choice)}{HARDENED}"
    )


def _watch(choice: Choice) -> str:
    moves = " --on-stop quarantine --apply" if choice.moves else ""
    return (
        "[Unit]\nDescription=dlp watcher of the shared drives\n"
        f"RequiresMountsFor={_path(choice.path)}\n\n"
        f"[Service]\nType=exec\n{ACCOUNT}ExecStart={choice.dlp} watch --format jsonl{moves} {_quoted(choice.path)}\n"
        "Restart=always\nRestartSec=5\nNice=5\nCPUWeight=20\nMemoryMax=2G\n"
        f"PrivateNetwork=yes\nRestrictAddressFamilies=AF_UNIX\n{_rights(choice)}{HARDENED}\n[Install]\nWantedBy=multi-user.target\n"
    )


def _outbox(choice: Choice) -> str:
    names = "CAP_DAC_READ_SEARCH CAP_DAC_OVERRIDE CAP_FOWNER CAP_CHOWN"
    return (
        "# 交件匣：outbox/ 檢查後移到 cleared/ 或 stopped/。\n"
        f"[Unit]\nDescription=dlp outbox\nRequiresMountsFor={_path(choice.outbox)}\n\n"
        f"[Service]\nType=exec\n{ACCOUNT}ExecStart={choice.dlp} watch --outbox --format jsonl {_quoted(choice.outbox)}\n"
        f"Restart=always\nRestartSec=2\nMemoryMax=2G\nPrivateNetwork=yes\nRestrictAddressFamilies=AF_UNIX\n"
        f"AmbientCapabilities={names}\nCapabilityBoundingSet={names}\nReadWritePaths=-{_path(choice.outbox)}\nProtectHome=read-only\n{HARDENED}\n"
        "[Install]\nWantedBy=multi-user.target\n"
    )


def _doctor(choice: Choice) -> str:
    return (
        f"[Unit]\nDescription=dlp self-check\n\n[Service]\nType=oneshot\n{ACCOUNT}ExecStart={choice.dlp} doctor {_quoted(choice.path)}\n"
        f"AmbientCapabilities=CAP_DAC_READ_SEARCH\nCapabilityBoundingSet=CAP_DAC_READ_SEARCH\nProtectHome=read-only\n{HARDENED}"
    )


def _timer(what: str, when: str) -> str:
    return f"[Unit]\nDescription={what}\n\n[Timer]\nOnCalendar={when}\nPersistent=yes\n\n[Install]\nWantedBy=timers.target\n"
