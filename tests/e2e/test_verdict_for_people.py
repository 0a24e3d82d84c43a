"""`verify` without `--json`: ten lines that a clerk understands, and no praise for goods that failed."""

from __future__ import annotations

import re

import pytest

from tests.e2e.conftest import Command, Demo
from trace.wording import LOCALES, say


def lines(inside: Command, *arguments: object) -> tuple[int, list[str]]:
    told = inside("verify", *arguments)
    return told.returncode, told.stdout.splitlines()


@pytest.mark.parametrize("lang", LOCALES)
def test_a_sound_bundle_of_a_failed_lot_says_both(demo: Demo, inside: Command, lang: str) -> None:
    bundle, policy = demo.data / "bundle.trace.json", demo.data / "policy"
    status, said = lines(inside, bundle, "--policy", policy, "--lang", lang)
    assert (status, len(said) <= 10) == (0, True)
    assert said[0] == "✓ " + say(lang, "verdict.verified")
    text = "\n".join(said)
    assert "urn:lot:91310151XN0000442L:K1" in text
    assert re.search(r"^⚠ .*0\.27 > 0\.2 mg/kg", text, re.MULTILINE)
    assert "（演示）子虚米业有限公司" in text
    assert say(lang, "verdict.label.absent") in text
    assert say(lang, "verdict.demo-clock") in text


def test_the_label_is_named_where_it_was_checked(demo: Demo, inside: Command) -> None:
    address = re.search(r"检验不合格（故事2）：(\S+)", demo.output)
    assert address
    bundle, policy = demo.data / "bundle.trace.json", demo.data / "policy"
    status, said = lines(inside, bundle, "--policy", policy, "--label", address[1])
    assert (status, f"  {say('zh-CN', 'verdict.label.matches')}" in said) == (0, True)
    status, said = lines(inside, bundle, "--policy", policy, "--label", address[1][:-22] + "A" * 22)
    assert (status, said[0]) == (1, "✗ " + say("zh-CN", "verdict.not-verified"))
    assert any(line.startswith("⚠ 问题：第 18 步") for line in said)


def test_a_forgery_names_its_record_and_nothing_good(demo: Demo, inside: Command) -> None:
    bad = demo.data / "bundle-tampered.trace.json"
    status, said = lines(inside, bad, "--policy", demo.data / "policy")
    assert (status, said[0][:1], len(said) <= 10) == (1, "✗", True)
    assert any(re.match(r"⚠ 问题：第 6 步“数字签名”（第 \d+ 条记录）", line) for line in said)
    assert not any("✓" in line or line.strip().startswith(("来源", "召回", "签名")) for line in said)


def test_without_a_policy_and_without_a_bundle_it_is_said(demo: Demo, inside: Command) -> None:
    status, said = lines(inside, demo.data / "bundle.trace.json")
    assert (status, said[0][:1]) == (1, "✗")
    assert any("第 1 步" in line for line in said)
    status, said = lines(inside, demo.data / "clock", "--policy", demo.data / "policy")
    assert (status, said[0][:1], len(said)) == (1, "✗", 3)
