"""What a machine without a container engine can check: rules for the image, the compose files read by type,
and the entry point run as the image runs it, in a plain folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from cli.main import greentrace
from tests.architecture.project_files import ROOT
from tests.patience import PATIENCE, until

DOCKER = ROOT / "docker"
UID = 10001
TEXT, FLAG, LIST, TABLE, ANY = str, bool, list, dict, object
SERVICE: dict[str, type | tuple[type, ...]] = {
    "image": TEXT, "build": (TEXT, TABLE), "command": (TEXT, LIST), "entrypoint": (TEXT, LIST),
    "environment": (LIST, TABLE), "env_file": (TEXT, LIST), "secrets": LIST, "volumes": LIST,
    "networks": (LIST, TABLE),
    "depends_on": (LIST, TABLE), "ports": LIST, "restart": TEXT, "read_only": FLAG, "tmpfs": (TEXT, LIST),
    "cap_drop": LIST, "cap_add": LIST, "security_opt": LIST, "healthcheck": TABLE,
    "profiles": LIST, "user": TEXT, "network_mode": TEXT,
}  # fmt: skip
"""Members of a service in the Compose Specification that we use, and what each may be."""
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
DURATION = re.compile(r"(?:\d+(?:us|ms|s|m|h))+")


def _instructions() -> list[tuple[str, str]]:
    text = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ").splitlines()
    return [(name.upper(), rest.strip()) for name, _, rest in (line.partition(" ") for line in joined)]


def _no_list(rest: str) -> bool:
    try:
        return not isinstance(json.loads(rest), list)
    except json.JSONDecodeError:
        return True


def _many_into_no_folder(rest: str) -> bool:
    parts = [part for part in rest.split() if not part.startswith("--")]
    return len(parts) > 2 and not parts[-1].endswith("/")


KNOWN = frozenset(
    ("FROM", "LABEL", "ENV", "RUN", "COPY", "WORKDIR", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "ARG",
     "ENTRYPOINT", "CMD")
)  # fmt: skip
RULES: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    ("FROM", lambda rest: "@sha256:" not in rest, "base without digest"),
    ("WORKDIR", lambda rest: not rest.startswith("/"), "relative WORKDIR"),
    ("COPY", _many_into_no_folder, "several sources, target no folder"),
    ("RUN", lambda rest: re.search(r"(^|&& )cd ", rest) is not None, "cd instead of WORKDIR"),
    ("RUN", lambda rest: "|" in rest and "pipefail" not in rest, "a pipe whose failure is not seen"),
    ("RUN", lambda rest: "sudo " in rest, "sudo"),
    ("RUN", lambda rest: "pip install" in rest and "--require-hashes" not in rest, "packages by name"),
    ("ENTRYPOINT", _no_list, "ENTRYPOINT in shell form"),
    ("CMD", _no_list, "CMD in shell form"),
    ("EXPOSE", lambda rest: not (rest.isdecimal() and 0 < int(rest) < 65536), "no port"),
)


def faults_of(instructions: list[tuple[str, str]]) -> list[str]:
    """The rules of Dockerfile linters that concern us, each by what breaks it."""
    found = [f"unknown instruction {name}" for name, _ in instructions if name not in KNOWN]
    found += [
        said for name, rest in instructions for one, broken, said in RULES if one == name and broken(rest)
    ]
    for once in ("ENTRYPOINT", "CMD", "HEALTHCHECK"):
        found += [f"{once} not once"] * (sum(name == once for name, _ in instructions) != 1)
    users = [rest for name, rest in instructions if name == "USER"]
    found += ["runs as root"] * (not users or users[-1].partition(":")[0] in {"0", "root"})
    return found


def test_the_image_keeps_the_linters_rules() -> None:
    assert faults_of(_instructions()) == []


@pytest.mark.parametrize(
    ("spoiled", "fault"),
    [
        (("FROM", "python:latest"), "base without digest"),
        (("RUN", "pip install flask"), "packages by name"),
        (("RUN", "echo x | sh"), "a pipe whose failure is not seen"),
        (("CMD", "serve"), "CMD in shell form"),
        (("USER", "root"), "runs as root"),
        (("COPY", "a b /c"), "several sources, target no folder"),
        (("MAINTAINER", "me"), "unknown instruction MAINTAINER"),
    ],
)
def test_the_rules_bite(spoiled: tuple[str, str], fault: str) -> None:
    assert fault in faults_of([*_instructions(), spoiled])


def misread(compose: dict[str, Any]) -> list[str]:
    """What a compose file says that the specification does not know, or not of that kind."""
    top = {"name", "services", "networks", "volumes", "secrets"}
    found = [f"top level: {name}" for name in compose if name not in top and not name.startswith("x-")]
    for name, service in compose["services"].items():
        found += [f"{name}: neither image nor build"] * ("image" not in service and "build" not in service)
        for member, value in service.items():
            if member not in SERVICE:
                found.append(f"{name}: {member}")
            elif not isinstance(value, SERVICE[member]):
                found.append(f"{name}: {member} is {type(value).__name__}")
        found += _misread_parts(name, service, set(compose["services"]))
    return found


def _misread_parts(name: str, service: dict[str, Any], services: set[str]) -> list[str]:
    found = []
    after = service.get("depends_on", [])
    found += [f"{name}: depends on nobody {one}" for one in after if one not in services]
    if isinstance(after, dict):
        found += [f"{name}: condition" for one in after.values() if one["condition"] not in CONDITIONS]
    health = service.get("healthcheck", {})
    for member in ("interval", "timeout", "start_period"):
        if member in health and not DURATION.fullmatch(str(health[member])):
            found.append(f"{name}: {member} {health[member]}")
    short = [one for one in service.get("volumes", []) if isinstance(one, str)]
    found += [f"{name}: volume {one}" for one in short if one.count(":") not in {1, 2}]
    ports = (str(one) for one in service.get("ports", []))
    found += [f"{name}: port {one}" for one in ports if not re.search(r":\d+$", one)]
    variables = service.get("environment", {})
    if isinstance(variables, dict):
        kinds = (str, int, float, bool, type(None))
        found += [f"{name}: {key}" for key, value in variables.items() if not isinstance(value, kinds)]
    return found


def test_the_compose_file_says_what_the_specification_knows() -> None:
    assert misread(yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))) == []


def test_each_platform_has_a_backup_of_its_own() -> None:
    services = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))["services"]
    kept = {one["volumes"][0]: one for one in services.values() if one.get("command") == ["backups"]}
    served = {one["volumes"][0] for one in services.values() if one.get("command") == ["serve"]}
    assert set(kept) == served
    assert all(one["volumes"][1].endswith(":/backups") for one in kept.values())


def test_the_image_is_given_all_that_it_copies() -> None:
    """From a fresh clone: what is left out of the context, or of no stage, would be missed."""
    let_in = [
        line[1:]
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    ]
    stages = {rest.split(" AS ")[1] for name, rest in _instructions() if name == "FROM" and " AS " in rest}
    copied = [rest.split() for name, rest in _instructions() if name == "COPY"]
    for words in copied:
        if words[0].startswith("--from="):
            assert words[0].removeprefix("--from=") in stages
        else:
            assert [one for one in words[:-1] if not (ROOT / one).exists() or one not in let_in] == []
    vendored = [words[1] for words in copied if words[0] == "--from=vendored"]
    script = (ROOT / "requirements" / "vendor.sh").read_text(encoding="utf-8")
    assert [one for one in vendored if f"={one.removeprefix('/build/')}\n" not in script] == []
    assert {one.removeprefix("/build/") for one in vendored} == {
        line for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split() if line.endswith("/vendor")
    }


def test_the_backups_role_goes_on_until_it_is_stopped(tmp_path: Path) -> None:
    """With a program in Python's place that fails and notes what it was asked: the shell's part alone."""
    noted = tmp_path / "asked"
    (tmp_path / "python").write_text(f'#!/bin/sh\necho "$@" >> {noted}\nexit 1\n')
    (tmp_path / "sleep").write_text('#!/bin/sh\necho "sleep $1" >&2\nexec /bin/sleep 0.1\n')
    for one in ("python", "sleep"):
        (tmp_path / one).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "GREENTRACE_DATA": "/data"}
    process = subprocess.Popen(
        [str(DOCKER / "entrypoint.sh"), "backups"], env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        until(lambda: noted.exists() and len(noted.read_text().splitlines()) > 1)
    finally:
        process.terminate()
        said = process.communicate(timeout=PATIENCE)[1]
    assert process.returncode == 0
    assert noted.read_text().splitlines()[0].endswith("greentrace backup --data /data --to /backups")
    assert said.startswith("sleep 900\n"), "one that failed is tried again soon"


def test_the_typed_reading_bites() -> None:
    spoiled = {
        "services": {"a": {"image": 7, "restrt": "no", "depends_on": ["b"], "ports": ["80"]}},
        "vlumes": {},
    }
    assert len(misread(spoiled)) == 5


def test_what_set_up_writes_for_compose_is_read_too(tmp_path: Path) -> None:
    answers = tmp_path / "a.toml"
    answers.write_text(
        'public-url = "https://trace.internal"\noperator = "91310151XN0000442L"\noperator-title = "x"\n'
        'services = "compose"\n'
    )
    done = CliRunner().invoke(greentrace, ["setup", str(tmp_path / "p"), "--from", str(answers)])
    assert done.exit_code == 0, done.output
    compose = yaml.safe_load((tmp_path / "p" / "services" / "compose.yaml").read_text())
    assert misread(compose) == []


@pytest.mark.slow
def test_the_entry_point_serves_a_plain_folder_as_its_user(tmp_path: Path) -> None:
    """Copied as the image copies it; the environment is the image's, and nothing of ours is inherited."""
    app, data = tmp_path / "app", tmp_path / "data"
    for name, rest in _instructions():
        sources = [part for part in rest.split() if not part.startswith("--")]
        if name == "COPY" and "--from" not in rest and sources[-1].startswith("/app"):
            target = tmp_path / sources[-1].strip("/")
            for source in sources[:-1]:
                _copy(ROOT / source, target, whole=len(sources) == 2)
    made = ["init", str(data), "--role", "food", "--origin", "trace.test/food"]
    assert CliRunner().invoke(greentrace, made).exit_code == 0
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "PYTHONPATH": str(app),
        "GREENTRACE_DATA": str(data),
        "GREENTRACE_PORT": str(port),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    who = _its_user(tmp_path, data)
    process = subprocess.Popen(
        [str(app / "docker" / "entrypoint.sh"), "serve"],
        cwd=data, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **who,
    )  # fmt: skip

    def healthy() -> bool:
        assert process.poll() is None, process.stdout.read()
        asked = [sys.executable, str(app / "docker" / "healthy.py")]
        return subprocess.run(asked, env=environment, check=False).returncode == 0

    try:
        until(healthy)
    finally:
        process.terminate()
        said = process.communicate(timeout=PATIENCE)[0].decode()
    assert "Traceback" not in said
    assert "数据库已是最新的表结构" in said
    if who:
        assert (data / "serving.lock").stat().st_uid == UID


def _copy(source: Path, target: Path, *, whole: bool) -> None:
    if source.is_dir():
        left_out = shutil.ignore_patterns("__pycache__", "vendor")
        shutil.copytree(
            source, target if whole else target / source.name, ignore=left_out, dirs_exist_ok=True
        )
    else:
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target / source.name)


def _its_user(folder: Path, data: Path) -> dict[str, Any]:
    """Run as the image's user where root can, and where that user may read the interpreter and the folder."""
    if os.geteuid() != 0:
        return {}
    for path in (data, *data.rglob("*")):
        os.chown(path, UID, UID)
    who = {"user": UID, "group": UID, "extra_groups": []}
    asked = [sys.executable, "-c", f"import click, os; os.listdir({str(folder)!r})"]
    try:
        subprocess.run(asked, check=True, cwd="/", **who)  # type: ignore[call-overload]  # optional keywords
    except (OSError, subprocess.CalledProcessError):
        for path in (data, *data.rglob("*")):
            os.chown(path, 0, 0)
        return {}
    return who
