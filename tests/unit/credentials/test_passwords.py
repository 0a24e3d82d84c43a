"""Passwords: kept as argon2id, and those that are guessed first are refused."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress

import pytest

from trace.credentials import password
from trace.credentials.login import parse
from trace.errors import LoginUnfit, PasswordUnfit


def test_a_password_is_kept_as_argon2id_and_recognised() -> None:
    kept = password.hashed("a long river of plain words")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")  # of the tests, see conftest.py
    assert password.fits(kept, "a long river of plain words")
    assert not password.fits(kept, "a long river of plain word")
    assert not password.is_aged(kept)


@pytest.mark.parametrize("said", ["full", "", "none", "Small"])
def test_a_server_hashes_with_64_mib_unless_it_asks_for_less(said: str) -> None:
    work = password.work_of(said)
    assert (work.memory_cost, work.time_cost, work.parallelism) == (65536, 3, 4)


def test_a_hash_is_made_anew_when_the_work_grew_and_never_weaker() -> None:
    of_less = (
        "$argon2id$v=19$m=8192,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI"
    )
    assert password.is_aged(of_less)
    assert not password.is_aged(of_less.replace("m=8192,t=2", "m=65536,t=3"))


def test_nobody_has_no_password() -> None:
    assert not password.fits(None, "nobody has this password")
    assert not password.fits("", "nobody has this password")
    assert not password.fits("not a hash", "anything at all")


def test_one_password_however_it_was_composed() -> None:
    assert password.fits(password.hashed("cafe\u0301 au lait et pain"), "caf\u00e9 au lait et pain")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("nine chrs", "password-short"),
        ("x y" * 200, "password-long"),
        ("Password123", "password-common"),
        ("iloveyou2026!", "password-common"),
        ("Correct Horse Battery Staple", "password-common"),
        ("my name is wangmin", "password-own-name"),
        ("瀛东米业有限公司的密码", "password-own-name"),
        ("abababababab", "password-pattern"),
        ("aaaaaaaaaaaa", "password-pattern"),
        ("qwertyuiop123", "password-common"),
        ("asdfghjkl2026", "password-common"),
        ("poiuytrewq", "password-common"),
        ("2345678901", "password-digits"),
        ("defghijklmno", "password-pattern"),
        ("13812345678", "password-digits"),
        ("1990-01-01 0042", "password-digits"),
        ("qwer1234asdf", "password-common"),
        ("aaaa1111bbbb", "password-common"),
        ("P@ssw0rd2026", "password-common"),
        ("trustno1trustno1", "password-pattern"),
        ("1qaz2wsx3edc", "password-common"),
        ("shipinanquan2026", "password-common"),
        ("Zhangsan@1990", "password-common"),
        ("绿色食品绿色食品2026", "password-pattern"),
        ("我爱你我爱你我爱你啊", "password-pattern"),
        ("a" * 24 + "but then a long river", "password-pattern"),
        ("rice 310151 ying", "password-own-code"),
        ("瀛东米业的好密码二零", "password-own-name"),
    ],
)
def test_what_is_guessed_first_is_refused(typed: str, reason: str) -> None:
    with pytest.raises(PasswordUnfit) as refused:
        password.require_good(
            typed, ("wangmin", "王敏", "瀛东米业有限公司"), ("urn:uscc:91310151XN0000442L",)
        )
    assert refused.value.params["reason"] == reason


@pytest.mark.parametrize(
    "typed",
    [
        "a long river of plain words",
        "雨后的竹林里有七只鹤",
        "kT9#vQ2m!xZ4",
        "王敏爱吃的青团不放糖",
        "monkey dragon computer sunshine",
        "2026 rice on the hill",
        "有限公司门前的两棵老银杏",
    ],
)
def test_long_and_unknown_is_good(typed: str) -> None:
    password.require_good(typed, ("wangmin", "王敏", "瀛东米业有限公司"))


def test_the_words_for_judging_are_loaded_when_somebody_chooses_a_password() -> None:
    asked = (
        "import sys; from trace.credentials import password; print('zxcvbn' in sys.modules)\n"
        "password.require_good('a long river of plain words'); print('zxcvbn' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "True"]


@pytest.mark.parametrize("typed", ["4@8({[<3691!|0$57+%2" * 12, "1!|7" * 64, "ﷺ" * 256])
def test_a_long_password_of_signs_is_judged_at_once(typed: str) -> None:
    """Signs that may be one of several letters make the counting grow beyond all bounds with the length."""
    began = time.process_time()
    with suppress(PasswordUnfit):
        password.require_good(typed)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("typed", "name"), [(" WangMin ", "wangmin"), ("ＷＡＮＧ１", "wang1"), ("王敏", "王敏")]
)
def test_one_name_has_one_form(typed: str, name: str) -> None:
    assert parse(typed) == name


@pytest.mark.parametrize("typed", ["", "x", "zhao 6", "a\u200bb", "x" * 65, "tab\there"])
def test_what_nobody_can_type_is_no_name(typed: str) -> None:
    with pytest.raises(LoginUnfit):
        parse(typed)
