"""Service files: systemd units with a daily backup, or a compose file, for what runs on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from cli.setup.answers import COMPOSE
from cli.setup.layout import Layout, WitnessHere

ROOT: Final = Path(__file__).resolve().parents[2]
IMAGE: Final = "greentrace:0.1.0"
_HARDENED: Final = (
    "NoNewPrivileges=yes",
    "PrivateTmp=yes",
    "ProtectSystem=strict",
    "ProtectHome=read-only",
    "UMask=0077",
)


def units(layout: Layout) -> Mapping[str, str]:
    """File name -> text of every systemd unit."""
    data, role = layout.data, layout.answers["role"]
    serve = ["serve", "--data", str(data), "--port", layout.answers["port"], "--trusted-proxy", "127.0.0.1"]
    found = {
        f"greentrace-{role}.service": _service(
            layout, f"GreenTrace {role} platform", serve, [data], after=[one.unit for one in layout.here]
        ),
        f"greentrace-{role}-backup.service": _service(
            layout,
            f"GreenTrace {role}: backup",
            ["backup", "--data", str(data), "--to", str(layout.backups)],
            [data, layout.backups],
            once=True,
        ),
        f"greentrace-{role}-backup.timer": _timer(f"GreenTrace {role}: a backup a day"),
    }
    for one in layout.here:
        command = ["witness", "--data", str(one.path), "--port", one.port]
        found[one.unit] = _service(layout, f"GreenTrace witness {one.name}", command, [one.path])
    return found


def _service(
    layout: Layout,
    description: str,
    command: list[str],
    writes: list[Path],
    *,
    after: list[str] | None = None,
    once: bool = False,
) -> str:
    run = " ".join(_quoted(part) for part in (str(ROOT / "greentrace"), *command))
    told = "\n".join(["After=network-online.target", *(f"After={one}" for one in after or ())])
    ends = "Type=oneshot" if once else "Restart=on-failure\nRestartSec=5\nTimeoutStopSec=10"
    paths = " ".join(_quoted(str(path)) for path in writes)
    rows = [
        f"[Unit]\nDescription={description}\nWants=network-online.target\n{told}\n",
        f"[Service]\nUser={layout.answers['user']}\nExecStart={run}\n{ends}",
        "\n".join((*_HARDENED, f"ReadWritePaths={paths}")),
        *([] if once else ["\n[Install]\nWantedBy=multi-user.target"]),
    ]
    return "\n".join(rows) + "\n"


def _timer(description: str) -> str:
    told = f"[Unit]\nDescription={description}\n\n[Timer]\nOnCalendar=*-*-* 02:30:00\nPersistent=yes\n"
    return told + "\n[Install]\nWantedBy=timers.target\n"


def _quoted(word: str) -> str:
    """A word of a command line as systemd reads it: % and $ are not its own."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if " " in escaped or '"' in escaped else escaped


def compose(layout: Layout) -> str:
    """A compose file (JSON is YAML) that runs the image on these folders."""
    witnesses = {_key(one): _container(one.path, "witness", []) for one in layout.here}
    platform = _container(layout.data, "serve", list(witnesses))
    platform["ports"] = [f"127.0.0.1:{layout.answers['port']}:8000"]
    made = {
        "name": f"greentrace-{layout.answers['role']}",
        "services": {"platform": platform, **witnesses},
    }
    return orjson.dumps(made, option=orjson.OPT_INDENT_2).decode() + "\n"


def _key(one: WitnessHere) -> str:
    return f"witness-{one.name}"


def _container(data: Path, command: str, after: list[str]) -> dict[str, Any]:
    owner = data.stat()
    described: dict[str, Any] = {
        "image": IMAGE,
        "command": [command],
        "user": f"{owner.st_uid}:{owner.st_gid}",
        "restart": "unless-stopped",
        "read_only": True,
        "tmpfs": ["/tmp"],  # noqa: S108 - inside the container
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "volumes": [f"{data}:/data"],
    }
    if after:
        described["depends_on"] = after
    return described


def files(layout: Layout) -> Iterator[tuple[str, str]]:
    """Name and text of each service file that the answers want."""
    wanted = layout.answers["services"]
    if wanted == "systemd":
        yield from units(layout).items()
    elif wanted == COMPOSE:
        yield "compose.yaml", compose(layout)
