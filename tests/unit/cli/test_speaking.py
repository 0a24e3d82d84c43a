"""Help and refusals of the command line in both languages, and its calls to copy."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from cli.examples import EXAMPLES
from cli.main import greentrace
from cli.speaking import remember
from tests.conftest import ROOT
from trace.wording import LOCALES, has

FARM = "urn:uscc:93310151XN00001190"


def call(*words: str, stdin: str = "", **environment: str) -> Result:
    return CliRunner().invoke(greentrace, list(words), input=stdin, env=environment, prog_name="greentrace")


def commands(group: click.Group, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command, groups too."""
    ctx = click.Context(group, info_name=above[-1] if above else "greentrace", parent=None)
    for name in group.list_commands(ctx):
        found = group.get_command(ctx, name)
        yield (*above, name)
        if isinstance(found, click.Group):
            yield from commands(found, (*above, name))


EVERY = sorted(commands(greentrace))


def the_command(words: tuple[str, ...], locale: str) -> click.Command:
    command: click.Command = greentrace
    ctx = click.Context(greentrace, info_name="greentrace", **HELPED)
    remember(ctx, greentrace.params[0], locale)
    for word in words:
        assert isinstance(command, click.Group)
        found = command.get_command(ctx, word)
        assert found is not None
        command, ctx = found, click.Context(found, info_name=word, parent=ctx)
    return command


HELPED = greentrace.context_settings
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("words", EVERY, ids="-".join)
def test_every_command_has_help_in_both_languages(words: tuple[str, ...]) -> None:
    name = f"command.{'-'.join(words)}"
    assert all(has(locale, name) for locale in LOCALES), f"say {name} in trace/wording/*/commands.toml"
    chinese, english = call(*words, "--help"), call("--lang", "en", *words, "--help")
    assert chinese.exit_code == english.exit_code == 0
    assert chinese.output.startswith("用法：greentrace ")
    assert english.output.startswith("Usage: greentrace ")
    assert "显示本说明。" in chinese.output
    assert "Show this message and exit." in english.output
    for locale in LOCALES:
        told = (the_command(words, locale).help or "").split("\n\n")
        assert [part for part in told if bool(CHINESE.search(part)) != (locale == "zh-CN")] == []


@pytest.mark.parametrize("words", EVERY, ids="-".join)
def test_every_option_says_in_both_languages_what_it_means(words: tuple[str, ...]) -> None:
    worded: dict[str, dict[str, str]] = {}
    for locale in LOCALES:
        options = [one for one in the_command(words, locale).params if isinstance(one, click.Option)]
        worded[locale] = {max(one.opts, key=len): one.help or "" for one in options}
    assert [name for name, said in worded["zh-CN"].items() if not CHINESE.search(said)] == []
    assert [name for name, said in worded["en"].items() if not said or CHINESE.search(said)] == []


def test_no_command_speaks_a_fixed_language() -> None:
    """Walk all modules of commands: what is said goes by the language that was asked for."""
    fixed = [
        f"{path.name}: {ast.unparse(node)[:60]}"
        for path in sorted((ROOT / "cli").rglob("*.py"))
        if "demo" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "say"
        and isinstance(node.args[0], ast.Constant)
    ]
    assert fixed == []


@pytest.mark.parametrize(
    ("before", "behind", "system"),
    [((), (), "en_GB.UTF-8"), (("--lang", "en"), (), "zh_CN.UTF-8"), ((), ("--lang", "en"), "C.UTF-8")],
    ids=["system", "before", "behind"],
)
def test_english_is_spoken_where_it_is_asked_for(
    tmp_path: Path, before: tuple[str, ...], behind: tuple[str, ...], system: str
) -> None:
    """What commands say that end well, from nothing to a platform with a token: no word of Chinese."""
    answers = tmp_path / "a.toml"
    told = {
        "public-url": "https://trace.internal",
        "operator": FARM,
        "operator-title": "Operator",
        "services": "none",
    }
    answers.write_text("".join(f'{name} = "{value}"\n' for name, value in told.items()))
    data, holder = str(tmp_path / "food"), ("--holder", FARM, "--label", "till")
    made = call(*before, "setup", data, "--from", str(answers), *behind, LC_ALL=system)
    said = [made.output]
    speaking = before or (("--lang", "en") if behind else ())
    for words in (
        ("migrate", "--data", data),
        ("token", "--data", data, *holder, "--scope", "statements:write"),
        ("token", "--data", data, *holder, "--revoke"),
        ("codes", "rotate", "--data", data),
        ("codes", "forget-scans", "--data", data),
        ("log", "audit", "--data", data),
        ("edition", "show", "--data", data),
        ("backup", "--data", data, "--to", str(tmp_path / "backups")),
        ("city", "send", "--data", data),
        ("upgrade", "--data", data),
        ("status", "--data", data),
        ("doctor", "--data", data, "--no-network"),
    ):
        done = call(*speaking, *words, LC_ALL=system)
        assert done.exit_code in {0, 1, 3}, done.output
        said.append(done.output)
    assert made.exit_code == 0, made.output
    assert [text for text in said if CHINESE.search(text)] == []


def test_chinese_is_spoken_everywhere_else(tmp_path: Path) -> None:
    for system in ("C.UTF-8", "zh_CN.UTF-8", "de_DE.UTF-8", ""):
        done = call("keygen", str(tmp_path / "none" / "k.pem"), LC_ALL=system, LANG="")
        assert CHINESE.search(done.output), system


@pytest.mark.parametrize("example", [each for group in EXAMPLES.values() for each in group])
def test_every_call_to_copy_is_one(example: str) -> None:
    """Each word of it is known to the command that it names."""
    ctx, words = (
        click.Context(greentrace, info_name="greentrace", **HELPED),
        shlex.split(example.partition(" > ")[0]),
    )
    command: click.Command = greentrace
    while isinstance(command, click.Group):
        if command.name == "import" and words[0] not in command.commands:
            words = ["workbook", *words]
        name, *words = words
        command = command.get_command(ctx, name)
        assert command is not None, name
        ctx = click.Context(command, info_name=name, parent=ctx, resilient_parsing=True)
    command.parse_args(ctx, words)
    assert ctx.args == []


def test_every_command_has_a_call_to_copy() -> None:
    groups = {words[:-1] for words in EVERY}
    leaves = {"-".join(words) for words in EVERY if words not in groups}
    assert leaves - EXAMPLES.keys() == set()
    assert EXAMPLES.keys() - leaves == set()


def test_help_speaks_one_language_wherever_it_is_asked_for() -> None:
    """--lang before the command, behind it, and on a command that takes it for itself."""
    for words in (("--lang", "en", "setup"), ("setup", "--lang", "en"), ("setup", "/x", "--lang", "en")):
        told = call(*words, "--help", LC_ALL="zh_CN.UTF-8").output
        assert told.startswith("Usage: "), words
        assert CHINESE.search(told) is None, told


def test_what_is_wrong_with_a_folder_is_advised_by_its_kind(tmp_path: Path) -> None:
    """A wrong name has nothing to do with modes of keys; every reason that the code gives has its advice."""
    reasons = {
        found
        for folder in ("cli", "trace", "api")
        for path in (ROOT / folder).rglob("*.py")
        for found in re.findall(
            r'FolderUnfit\([^()]*(?:\([^()]*\)[^()]*)*reason="([a-z-]+)"', path.read_text("utf-8")
        )
    }
    assert len(reasons) > 10
    lacking = [
        (locale, one)
        for one in reasons
        for locale in LOCALES
        if not has(locale, f"advice.folder-unfit.{one}")
    ]
    assert lacking == []
    for locale, advice in (("zh-CN", "请换一个名字再执行"), ("en", "Run it again with another name")):
        told = call("--lang", locale, "init", str(tmp_path / "x"), "--role", "food", "--origin", "bad origin")
        assert told.exit_code == 1
        assert advice in told.output
        assert "reason=" not in told.output
        assert told.output.endswith("\n[folder-unfit]\n")


def test_calls_to_copy_stand_below_the_help() -> None:
    assert "例子:\n    ./greentrace keygen firm.pem\n" in call("keygen", "--help").output
    assert (
        "Examples:\n    ./greentrace keygen firm.pem\n" in call("keygen", "-h", GREENTRACE_LANG="en").output
    )


@pytest.mark.parametrize(
    ("words", "chinese", "english"),
    [
        (("keygen",), "错误：缺少 OUT", "Missing argument 'OUT'"),
        (("keygen", "a", "--alg", "RSA"), "错误：--alg 只能是：EdDSA, ES256", "'RSA' is not one of"),
        (("keygen", "a", "b"), "错误：多出的参数：b", "unexpected extra argument (b)"),
        (("keygen", "."), "错误：OUT：找不到 .", "is a directory"),
        (("keygen", "a", "--algo", "x"), "错误：没有选项 --algo 是不是 --alg？", "No such option"),
        (("enrol", "--days", "0"), "错误：--days 要在 1 与 3660 之间", "not in the range"),
        (("token", "--data", "none"), "错误：--data：找不到 none", "does not exist"),
        (("sing",), "错误：没有命令 sing", "No such command 'sing'"),
        (("--language", "en"), "错误：没有选项 --language 是不是 --lang？", "No such option"),
    ],
)
def test_what_is_no_call_is_said_in_the_language(words: tuple[str, ...], chinese: str, english: str) -> None:
    told, told_in_english = call(*words), call(*words, GREENTRACE_LANG="en")
    assert (told.exit_code, told_in_english.exit_code) == (2, 2)
    assert chinese in told.output
    assert "Error" not in told.output
    assert english in told_in_english.output
    assert "错误" not in told_in_english.output
    assert "用法" not in told_in_english.output


def test_a_language_that_nobody_speaks_is_none() -> None:
    assert call("keygen", "--help", GREENTRACE_LANG="fr").output.startswith("用法：")
    assert call("--lang", "fr", "keygen", "--help").exit_code == 2


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("keys") / "firm.pem"
    assert call("keygen", str(path)).exit_code == 0
    return str(path)


def enrolled(key: str, *more: str, iss: str = FARM, name: str = "某某农场", role: str = "grower") -> Result:
    return call("enrol", "--key", key, "--iss", iss, "--name", name, "--role", role, *more)


def test_an_application_is_printed(key: str) -> None:
    assert json.loads(enrolled(key).output)["holder"] == {"iss": FARM, "name": "某某农场"}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"iss": FARM[:-1] + "1"}, "校验码不对"),
        ({"iss": FARM[:-1]}, "编号格式不对"),
        ({"iss": "farm"}, "单位编号"),
        ({"iss": "urn:party:Alice Smith"}, "单位编号"),
        ({"role": "nonsense"}, "没有角色 nonsense"),
        ({"role": "Grower"}, "没有角色 Grower"),
        ({"name": ""}, "名称不能为空"),
        ({"name": "  "}, "名称不能为空"),
        ({"name": "长" * 201}, "200 字"),
    ],
)
def test_what_no_registrar_would_take_is_refused(key: str, wrong: dict[str, str], told: str) -> None:
    done = enrolled(key, **wrong)
    assert done.exit_code == 1
    assert told in done.output
    assert not done.stdout.startswith("{")


@pytest.mark.parametrize("stream", ["", "a b", "一", "x" * 129])
def test_a_stream_has_a_name_that_records_take(key: str, stream: str) -> None:
    assert enrolled(key, "--stream", stream).exit_code == 1


def test_a_number_that_the_register_has_so_may_be_enrolled(key: str) -> None:
    odd = FARM[:-1] + "1"
    assert json.loads(enrolled(key, "--as-registered", iss=odd).output)["holder"]["iss"] == odd


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "读不懂要签的内容"),
        ("[]", "一个 JSON 对象"),
        ("{", "JSON 1:"),
        ('{"typ": 1}', "缺少：iss, stream"),
        (
            '{"typ":"farm.harvest","iss":"a","stream":"s","seq":1,"sub":"x","occurredAt":"2026-10-15","data":{}}',
            "带时区的时间",
        ),
        (
            '{"typ":"farm.harvest","iss":"a","stream":"s","seq":1,"sub":"x","occurredAt":7,"data":{}}',
            "带时区的时间",
        ),
    ],
)
def test_what_cannot_be_signed_is_told_in_words(key: str, given: str, told: str) -> None:
    done = call("sign", "--key", key, stdin=given)
    assert done.exit_code == 1
    assert told in done.output


def test_a_key_is_never_overwritten(key: str) -> None:
    done = call("keygen", key)
    assert done.exit_code == 1
    assert "已存在，不覆盖" in done.output


@pytest.mark.parametrize(
    ("name", "links"), [("t.doc", ()), ("t.csv", ()), ("t", ()), ("t.pdf", ("--links",))]
)
def test_a_template_is_a_file_that_is_read_again(tmp_path: Path, name: str, links: tuple[str, ...]) -> None:
    done = call("template", str(tmp_path / name), *links)
    assert done.exit_code == 1
    assert "模板是 .xlsx" in done.output
    assert not (tmp_path / name).exists()
