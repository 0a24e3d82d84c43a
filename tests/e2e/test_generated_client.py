"""A client that a kept generator makes of the interface description makes the same calls as ours."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

from tests.builders import facts as made
from tests.builders.one_file_client import client_module
from tests.e2e.conftest import Sandbox
from trace.platform.clocks import system_clock

FARM = made.uscc(made.COOPERATIVE)
LOT = made.lot(made.COOPERATIVE, "G1")
PACKAGE = "generated_client"
KINDS = dict.fromkeys(
    (
        *("image/png", "image/jpeg", "image/webp", "application/pdf", "application/zip"),
        *("application/jose", "application/jsonl"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "application/octet-stream",
)
"""What the generator knows no reader for is bytes to it."""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Iterator[ModuleType]:
    """The package, made of what the platform serves, without a complaint of the generator."""
    folder = tmp_path_factory.mktemp("generated")
    source = folder / "openapi.json"
    source.write_bytes(sandbox.door.get("/api/openapi.json").data)
    how = Config.from_sources(
        ConfigFile(post_hooks=[], content_type_overrides=KINDS, package_name_override=PACKAGE),
        MetaType.NONE,
        document_source=source,
        file_encoding="utf-8",
        overwrite=True,
        output_path=folder / PACKAGE,
    )
    complaints = generate(config=how)
    assert [(one.header, one.detail) for one in complaints] == []
    sys.path.insert(0, str(folder))
    yield importlib.import_module(PACKAGE)
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def signer(sandbox: Sandbox) -> Any:
    """A farm's key, registered, and its chain."""
    ours = client_module()
    signer = ours.Signer(ours.Key(Ed25519PrivateKey.generate()), FARM, "generated")
    sandbox.register(signer.key.application(FARM, "客户端农场", ["grower"]))
    return signer


def call(name: str, tag: str) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.api.{tag}.{name}")


def harvest(kilograms: str) -> dict[str, Any]:
    begun = (system_clock() - timedelta(hours=9)).replace(microsecond=0)
    times = {"harvestedFrom": begun.isoformat(), "harvestedTo": (begun + timedelta(hours=7)).isoformat()}
    return made.a_harvest(lot=LOT, quantity=made.kg(kilograms), **times)


def test_it_makes_the_same_calls(sandbox: Sandbox, generated: ModuleType, signer: Any) -> None:
    """Where the chain stands, state, correct, read: each by the function that was made of its description."""
    at = {"sub": LOT, "occurredAt": system_clock().replace(microsecond=0).isoformat()}
    with generated.AuthenticatedClient(base_url=sandbox.address, token=sandbox.token) as client:
        models = importlib.import_module(f"{PACKAGE}.models")
        first = _stated(client, models, signer, {"typ": "farm.harvest", "data": harvest("900"), **at})
        whole = client_module().correction(first.stmt, "过磅单少写了一车", harvest("950"), **at)
        second = _stated(client, models, signer, whole)
        assert (first.state, second.state) == ("logged", "logged")
        assert second.index > first.index
        read = call("get_statement", "statements").sync(second.stmt, client=client)
        assert (read.stmt, read.index) == (second.stmt, second.index)
        lot = call("get_lot", "lots").sync(LOT, client=client)
        assert (lot.quantity.value, lot.quantity.unit) == ("950", "kg")
        refused = call("get_statement", "statements").sync("A" * 43, client=client)
        assert isinstance(refused, models.Problem)
        assert (refused.status, refused.code) == (404, "unknown-statement")


def _stated(client: Any, models: ModuleType, signer: Any, stated: dict[str, Any]) -> Any:
    head = call("get_head", "statements").sync(client=client, iss=signer.iss, stream=signer.stream)
    jws = signer.sign({"seq": head.seq, "stmt": head.stmt}, stated)
    body = next(
        getattr(models, name) for name in dir(models) if name.startswith("PostStatements") and "Json" in name
    )
    return call("post_statements", "statements").sync(client=client, body=body.from_dict(jws))


def test_every_operation_has_its_function(sandbox: Sandbox, generated: ModuleType) -> None:
    described = json.loads(sandbox.door.get("/api/openapi.json").data)
    wanted = sum(verb != "parameters" for verbs in described["paths"].values() for verb in verbs)
    folder = Path(generated.__file__).parent / "api"
    assert len([path for path in folder.rglob("*.py") if path.name != "__init__.py"]) == wanted
