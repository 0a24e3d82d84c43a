"""Service files: systemd units with a daily backup, or a compose file, for what runs on this machine."""

from __future__ import annotations

import pwd
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from cli.setup.answers import COMPOSE
from cli.setup.layout import Layout

ROOT: Final = Path(__file__).resolve().parents[2]
IMAGE: Final = "greentrace:0.1.0"
IMAGE_USER: Final = "10001:10001"
"""Of docker/Dockerfile."""
_PLATFORM: Final = "platform"
_BACKED_UP: Final = {
    "test": ["CMD-SHELL", 'test -n "$$(find /data/last-backup.json -mmin -1560)"'],
    "interval": "60s",
    "timeout": "5s",
    "start_period": "600s",
    "retries": 3,
}
"""The last backup is at most 26 hours old, as `./greentrace doctor` wants it."""
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
    """A compose file (JSON is YAML) that builds the image and runs it on these folders.

    On the machine's own network: what was set up and tried here (a database at 127.0.0.1, the witnesses'
    addresses, the proxy that is believed) is then the same inside, and every port stays closed to others.
    """
    witnesses = {
        f"witness-{one.name}": _container(one.path, "witness", {"GREENTRACE_PORT": one.port})
        for one in layout.here
    }
    port = layout.answers["port"]
    told = {"GREENTRACE_PORT": port, "GREENTRACE_TRUSTED_PROXIES": "127.0.0.1"}
    platform = _container(layout.data, "serve", told)
    if witnesses:
        platform["depends_on"] = list(witnesses)
    backup = _container(layout.data, "backups", {}) | {
        "command": ["backups"],
        "depends_on": [_PLATFORM],
        "healthcheck": _BACKED_UP,
    }
    backup["volumes"].append(_bound(layout.backups, "/backups"))
    made = {
        "name": f"greentrace-{layout.answers['role']}",
        "services": {_PLATFORM: platform, "backup": backup, **witnesses},
    }
    return orjson.dumps(made, option=orjson.OPT_INDENT_2).decode() + "\n"


def _container(data: Path, command: str, environment: dict[str, str]) -> dict[str, Any]:
    return {
        "image": IMAGE,
        "build": {"context": _as_it_is(ROOT), "dockerfile": "docker/Dockerfile"},
        "command": [command, "--address", "127.0.0.1"],
        "network_mode": "host",
        "environment": environment,
        "user": owner_inside(data),
        "restart": "unless-stopped",
        "read_only": True,
        "tmpfs": ["/tmp"],  # noqa: S108 - inside the container
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "volumes": [_bound(data, "/data")],
    }


def owner_inside(data: Path) -> str:
    """Whom containers run as: the folder's owner; never root, whose folders go to the image's user."""
    owner = data.stat()
    return f"{owner.st_uid}:{owner.st_gid}" if owner.st_uid else IMAGE_USER


def _bound(path: Path, inside: str) -> dict[str, str]:
    return {"type": "bind", "source": _as_it_is(path), "target": inside}


def _as_it_is(path: Path) -> str:
    """A path as compose reads it: $ would begin a variable."""
    return str(path).replace("$", "$$")


def new_owner(layout: Layout) -> str:
    """Whose the folders have to be before the services start; "" where they are."""
    owner = layout.data.stat().st_uid
    match layout.answers["services"]:
        case "systemd":
            name = layout.answers["user"]
            return "" if _uid(name) == owner else name
        case "compose":
            return "" if owner else IMAGE_USER
    return ""


def _uid(name: str) -> int | None:
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        return None


def files(layout: Layout) -> Iterator[tuple[str, str]]:
    """Name and text of each service file that the answers want."""
    wanted = layout.answers["services"]
    if wanted == "systemd":
        yield from units(layout).items()
    elif wanted == COMPOSE:
        yield "compose.yaml", compose(layout)
