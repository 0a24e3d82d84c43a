"""The image and the compose file, linted here because no container engine runs where the tests run."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.project_files import ROOT
from trace.labels.typesetting import CHINESE_FONTS

DOCKER = ROOT / "docker"
OURS = re.compile(r"^greentrace:\d[\w.-]*$")
PINNED = re.compile(r"^[a-z0-9./_-]+:\d[\w.-]*@sha256:[0-9a-f]{64}$")


def _instructions() -> list[tuple[str, str]]:
    """(instruction, argument) of the Dockerfile, continuation lines joined, comments dropped."""
    text = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    pairs = [line.partition(" ") for line in joined.splitlines()]
    return [(name.upper(), argument.strip()) for name, _space, argument in pairs]


def _last_stage() -> list[tuple[str, str]]:
    instructions = _instructions()
    start = max(at for at, (name, _argument) in enumerate(instructions) if name == "FROM")
    return instructions[start:]


def _compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


SERVICES = _compose()["services"]


def test_base_images_are_pinned_and_slim() -> None:
    bases = [argument.split()[0] for name, argument in _instructions() if name == "FROM"]
    assert len(bases) >= 2
    assert all(PINNED.match(base) and "slim" in base for base in bases)


def test_the_image_runs_as_nobody_special() -> None:
    users = [argument for name, argument in _last_stage() if name == "USER"]
    assert users
    uid = users[-1].partition(":")[0]
    assert uid.isdecimal()
    assert int(uid) >= 1000


def test_the_image_copies_what_it_needs_by_name() -> None:
    copies = [argument.split() for name, argument in _instructions() if name == "COPY"]
    assert not [name for name, _argument in _instructions() if name == "ADD"]
    assert [argument for argument in copies if argument[0] in {".", "./"}] == []
    local = [
        source for argument in copies if not argument[0].startswith("--from") for source in argument[:-1]
    ]
    assert {"trace", "api", "scanner_web", "cli", "migrations", "greentrace"} <= set(local)
    assert [source for source in local if not (ROOT / source).exists()] == []


def test_what_the_image_copies_is_let_through_to_the_builder() -> None:
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copies = [argument.split() for name, argument in _instructions() if name == "COPY"]
    local = [
        source for argument in copies if not argument[0].startswith("--from") for source in argument[:-1]
    ]
    assert [source for source in local if source not in allowed] == []


def test_the_image_has_a_health_check_and_the_path_of_the_project() -> None:
    names = dict(_last_stage())
    assert names["HEALTHCHECK"]
    assert "PYTHONPATH=/app" in names["ENV"]
    assert names["ENTRYPOINT"].startswith("[")  # exec form: signals reach the process


def test_packages_are_installed_by_hash_and_no_package_manager_is_left_running() -> None:
    runs = " ".join(argument for name, argument in _instructions() if name == "RUN")
    assert "--require-hashes" in runs
    assert not re.search(r"curl|wget|\bsudo\b|apt-get upgrade", runs)


def test_what_the_system_s_packages_bring_is_pinned_small_and_in_one_layer() -> None:
    """The rules DL3008, DL3009 and DL3015 of hadolint, and that Chinese can be set."""
    runs = [argument for name, argument in _instructions() if name == "RUN" and "apt-get" in argument]
    assert runs
    for run in runs:
        installed = re.search(r"apt-get install ([^&]*)", run)
        assert installed is not None
        packages = [word for word in installed[1].split() if not word.startswith("-")]
        assert packages
        assert [one for one in packages if "=" not in one] == []
        assert {"--yes", "--no-install-recommends"} <= set(installed[1].split())
        assert run.startswith("apt-get update")
        assert run.endswith("rm -rf /var/lib/apt/lists/*")
    assert "fonts-noto-cjk=" in " ".join(run for name, run in _last_stage() if name == "RUN")
    assert CHINESE_FONTS[0] == "Noto Sans CJK SC"  # which that package brings


def test_no_secret_is_written_into_image_or_compose_file() -> None:
    texts = [(DOCKER / name).read_text(encoding="utf-8") for name in ("Dockerfile", "compose.yaml")]
    found = [
        hit
        for text in texts
        for hit in re.findall(r"(?i)(?:password|secret|token)\w*[=:][ ]*[\w-]{4,}", text)
    ]
    assert [hit for hit in found if "_file" not in hit.lower()] == []


def test_compose_holds_every_role() -> None:
    roles = {"app", "database", "proxy", "witness-agriculture", "witness-market", "farm-platform"}
    assert roles <= set(SERVICES)


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_a_service_is_pinned_restarts_and_can_be_asked_for_its_health(service: str) -> None:
    described = SERVICES[service]
    assert (OURS if "build" in described else PINNED).match(described["image"])
    assert described["restart"] == "unless-stopped"
    assert "healthcheck" in described or "build" in described  # ours has the image's own
    assert not described.get("privileged")


@pytest.mark.parametrize("service", sorted(name for name, each in SERVICES.items() if "build" in each))
def test_our_services_can_write_to_their_volume_alone(service: str) -> None:
    """A backup's service has a second volume, which no platform sees."""
    described = SERVICES[service]
    assert described["read_only"] is True
    assert described["cap_drop"] == ["ALL"]
    allowed = (":/data", ":/backups") if described["command"] == ["backups"] else (":/data",)
    assert all(volume.endswith(allowed) for volume in described["volumes"])


def test_no_platform_is_the_database_s_superuser() -> None:
    script = (DOCKER / "databases.sh").read_text(encoding="utf-8")
    assert "NOSUPERUSER NOCREATEDB NOCREATEROLE" in script
    assert "REVOKE ALL ON DATABASE" in script
    assert SERVICES["database"]["environment"]["POSTGRES_USER"] == "postgres"


def test_the_proxy_lets_go_of_bodies_that_do_not_come() -> None:
    told = (DOCKER / "Caddyfile").read_text("utf-8")
    assert re.search(r"read_body \d+[sm]\b", told)
    assert re.search(r"read_header \d+s\b", told)


def test_the_two_witnesses_share_nothing() -> None:
    volumes = [set(SERVICES[name]["volumes"]) for name in ("witness-agriculture", "witness-market")]
    assert not volumes[0] & volumes[1]
    for name in ("witness-agriculture", "witness-market"):
        assert set(SERVICES[name]["networks"]) == {"witnesses"}
        assert "secrets" not in SERVICES[name]


def test_only_the_proxy_is_open_to_the_outside() -> None:
    assert [name for name, each in SERVICES.items() if "ports" in each] == ["proxy"]


def test_no_client_says_where_it_is() -> None:
    """The application believes the proxy's X-Client-Region; what comes from outside must not reach it."""
    assert re.search(
        r"header_up (-X-Client-Region|X-Client-Region \S+)", (DOCKER / "Caddyfile").read_text("utf-8")
    )


def test_every_name_used_in_the_compose_file_is_declared() -> None:
    compose = _compose()
    used = {volume.partition(":")[0] for each in SERVICES.values() for volume in each.get("volumes", [])}
    assert {name for name in used if not name.startswith(".")} == set(compose["volumes"])
    assert {name for each in SERVICES.values() for name in each["networks"]} == set(compose["networks"])
    assert {name for each in SERVICES.values() for name in each.get("secrets", [])} == set(compose["secrets"])
    assert all((DOCKER / name).exists() for name in used if name.startswith("."))


@pytest.mark.parametrize("script", ["docker/entrypoint.sh", "docker/databases.sh", ".ci/run"])
def test_a_script_is_executable_and_parses(script: str) -> None:
    path = ROOT / script
    shell = Path(path.read_text(encoding="utf-8").splitlines()[0].removeprefix("#!")).name
    assert os.access(path, os.X_OK)
    assert subprocess.run([shell, "-n", str(path)], check=False).returncode == 0


def test_the_entry_point_names_only_commands_that_exist() -> None:
    from cli.main import main

    called = set(
        re.findall(r'\$app/greentrace" ([a-z]+)', (DOCKER / "entrypoint.sh").read_text(encoding="utf-8"))
    )
    assert called == {"backup", "migrate", "serve", "witness"}
    commands = getattr(main, "commands", None) or {}
    assert not commands or called <= set(commands)
