"""People of the demo: an account for each role, good for this demo alone, and where each begins."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from cli.demo.stage import Stage
from cli.demo.world import world
from trace.access.rights import APPLICATIONS, CASES, ORGANISATIONS
from trace.access.roles import AUTHORITY, LABORATORY, OPERATOR, PLATFORM, rights_of
from trace.platform.folder import SETTINGS, load_folder, write_secret
from trace.platform.opening import open_platform
from trace.usecases.accounts.demo import DemoAccount, Organisation, add_demo_accounts
from trace.wording import say

SAID: Final = "people.txt"
FARMS: Final = "agri"
"""The agricultural platform's folder, within the demo's."""
_WORDS: Final = (
    *(
        "bamboo",
        "harbour",
        "lantern",
        "meadow",
        "orchard",
        "pebble",
        "ripple",
        "saffron",
        "thunder",
        "willow",
    ),
    *("autumn", "barley", "copper", "drizzle", "ember", "ferry", "granite", "heron", "island", "juniper"),
)
DISTRICT: Final = ("G3", "G4")
"""The two departments of one district; those of the city see all of it."""
_RUNS: Final = Organisation("urn:uscc:12310000XN0000PF0X", "（演示）平台运营方", PLATFORM)
# login, name, party of the world ("" is whoever runs the platform), roles
_PEOPLE: Final = (
    ("demo-head", "（演示）王敏", "P1", ("head",)),
    ("demo-purchasing", "（演示）李采", "P1", ("purchasing",)),
    ("demo-production", "（演示）赵产", "P1", ("production",)),
    ("demo-quality", "（演示）钱检", "P1", ("quality",)),
    ("demo-warehouse", "（演示）孙库", "P1", ("warehouse",)),
    ("demo-safety", "（演示）陶安", "P1", ("safety-officer",)),
    ("demo-director", "（演示）姜总", "P1", ("safety-director",)),
    ("demo-tomato", "（演示）何茄", "P3", ("head", "production", "quality", "warehouse")),
    ("demo-shop", "（演示）吴超", "D1", ("head",)),
    ("demo-lab", "（演示）郑验", "L1", ("head", "testing")),
    ("demo-release", "（演示）冯审", "L1", ("release",)),
    ("demo-officer", "（演示）陈办", "G1", ("case-officer",)),
    ("demo-reviewer", "（演示）褚核", "G1", ("case-reviewer",)),
    ("demo-bureau", "（演示）卫局", "G1", ("bureau-head", "registrar")),
    ("demo-agriculture", "（演示）蒋农委", "G2", ("bureau-head", "registrar")),
    ("demo-inspector", "（演示）谢巡", "G3", ("case-officer",)),
    ("demo-visits", "（演示）柏查", "G3", ("inspector",)),
    ("demo-samples", "（演示）水检", "G3", ("sampler",)),
    ("demo-cases", "（演示）窦执", "G3", ("enforcer",)),
    ("demo-chief", "（演示）邹局", "G3", ("bureau-head", "case-reviewer")),
    ("demo-fields", "（演示）喻农", "G4", ("bureau-head",)),
    ("demo-admin", "（演示）沈台", "", ("administrator", "registrar")),
)
_ON_FARMS: Final = (
    ("demo-farm", "（演示）周农", "F1", ("head", "farm-records")),
    ("demo-clerk", "（演示）韩记", "F1", ("farm-records",)),
    ("demo-greens", "（演示）杨菜", "F2", ("head", "farm-records")),
    ("demo-registrar", "（演示）朱农委", "G2", ("bureau-head", "registrar")),
)
"""Of the agricultural platform: a farm's records stand in its log."""


def admit_people(stage: Stage) -> None:
    """Make the accounts and leave their password; raises DemoOnly outside a demo."""
    typed = " ".join(secrets.choice(_WORDS) for _ in range(4))
    for folder, people in ((stage.path, accounts()), (stage.path / FARMS, farm_accounts())):
        platform = open_platform(folder)
        try:
            add_demo_accounts(platform.transactions, people, typed)
        finally:
            platform.close()
    write_secret(stage.path / SAID, typed.encode())


def accounts() -> list[DemoAccount]:
    """Everybody of the demo's food platform, in the order in which they are told."""
    return [DemoAccount(login, name, _of(party), roles) for login, name, party, roles in _PEOPLE]


def farm_accounts() -> list[DemoAccount]:
    """Everybody of its agricultural platform."""
    return [DemoAccount(login, name, _of(party), roles) for login, name, party, roles in _ON_FARMS]


def tell_people(data: Path) -> None:
    """Say who can sign in, with which password, and where each begins."""
    kept = data / SAID
    if not kept.exists():  # a demo of an earlier version
        return
    address = load_folder(data).public_url
    click.echo(f"\n演示账号（只在本演示中有效） / demo accounts, good for this demo alone：{address}/sign-in")
    click.echo(f"  密码都是 / one password for all：{kept.read_text('utf-8')}")
    _tell(accounts(), address)
    if (data / FARMS / SETTINGS).exists():
        farms = load_folder(data / FARMS).public_url
        click.echo(f"  农业平台（同一密码） / agricultural platform, the same password：{farms}/sign-in")
        _tell(farm_accounts(), farms)


def _tell(people: Iterable[DemoAccount], address: str) -> None:
    for one in people:
        roles = "、".join(say("zh-CN", f"work.role.{role}") for role in one.roles)
        click.echo(f"  {one.login:<18}{address}{_page(one):<22}{one.organisation.name}：{roles}")


def _page(one: DemoAccount) -> str:
    rights = rights_of(one.roles, one.organisation.kind)
    if ORGANISATIONS in rights:
        return "/desk/organisations"
    if CASES in rights:
        return "/office"
    return "/desk/applications" if APPLICATIONS in rights else "/desk"


def _of(party: str) -> Organisation:
    if not party:
        return _RUNS
    said = world().parties[party]
    urn, name, role = world().urn(party), str(said["name"]), str(said["role"])
    if role.startswith("regulator_"):
        department = {"regulator_market": "market", "regulator_agri": "agriculture"}[role]
        area = str(said["region"]) if party in DISTRICT else "31"
        return Organisation(urn, name, AUTHORITY, department, area)
    return Organisation(urn, name, LABORATORY if role == "lab" else OPERATOR)
