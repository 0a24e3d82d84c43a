"""The documents speak of what is there: commands, routes, settings, problems, decisions, links."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from docs import generate_problems
from docs.generate_problems import all_refusals, wording
from tests.architecture.project_files import PRODUCT, ROOT, project_files, python_files, text_of, tree_of

MARKDOWN = [path for path in project_files() if path.suffix == ".md"]
SETTING = re.compile(r"\bGREENTRACE_[A-Z][A-Z_]*[A-Z]\b")
HEADER_LINE = re.compile(r"(\|\s*:?-+:?\s*)+\|?")
METRIC = re.compile(r"\bgreentrace(?:_[a-z]+)+")
VERBS = {"route", "get", "post", "put", "patch", "delete"}


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", text_of(Path("Makefile")), re.MULTILINE))


def test_the_readme_starts_with_two_commands_and_they_exist() -> None:
    block = re.search(r"```sh\n(.*?)```", text_of(Path("README.md")), re.DOTALL)
    assert block
    commands = [line.partition("#")[0].strip() for line in block.group(1).splitlines() if line.strip()]
    assert commands == ["make demo", "make test"]
    assert {"demo", "test", "test-fast", "check", "bench", "soak", "lock", "clean"} <= _targets()


@pytest.mark.parametrize("target", ["install", "demo", "test", "test-fast", "check", "bench", "soak", "docs"])
def test_a_make_target_can_be_planned(target: str) -> None:
    planned = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert planned.returncode == 0, planned.stderr


def test_every_make_command_in_the_documents_exists() -> None:
    named = {(str(path), each) for path in MARKDOWN for each in re.findall(r"`make ([a-z-]+)", text_of(path))}
    assert [pair for pair in sorted(named) if pair[1] not in _targets()] == []


def test_the_page_of_problems_is_up_to_date() -> None:
    assert text_of(Path("docs/problems.md")) == generate_problems.page(), "run `make docs`"


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_refusal_has_words_that_say_what_to_do_next(locale: str) -> None:
    tables = wording(locale)
    lacking = [
        (each.code, part)
        for each in all_refusals()
        for part in ("title", "action")
        if not tables.get(f"problem.{each.code}", {}).get(part)
    ]
    assert lacking == []


def test_codes_of_refusals_are_unique_slugs() -> None:
    codes = [each.code for each in all_refusals()]
    assert sorted(set(codes)) == sorted(codes)
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", code) for code in codes)


def _routes(path: Path) -> list[str]:
    """The routes that one module declares, each with its blueprint's prefix."""
    tree = tree_of(path)
    prefixes = {
        target.id: _prefix(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return [
        prefixes.get(_owner(decorator), "") + route
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        for decorator in node.decorator_list
        if (route := _route(decorator)) is not None
    ]


def _prefix(call: ast.Call) -> str:
    given = [each.value for each in call.keywords if each.arg == "url_prefix"]
    return str(given[0].value) if given and isinstance(given[0], ast.Constant) else ""


def _owner(decorator: ast.expr) -> str:
    match decorator:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
            return name
        case _:
            return ""


def _route(decorator: ast.expr) -> str | None:
    match decorator:
        case ast.Call(func=ast.Attribute(attr=verb), args=[ast.Constant(value=str(route)), *_]) if (
            verb in VERBS
        ):
            return route if route.startswith("/") else None
        case _:
            return None


def test_every_route_stands_in_the_http_document() -> None:
    pages = text_of(Path("docs/access.md")).partition("## Pages")[2]
    described = set(re.findall(r"`(?:[A-Z]+ )?(/[^`\s?]*)", text_of(Path("docs/http-api.md")) + pages))
    routes = {_plain(route) for path in python_files("api", "scanner_web") for route in _routes(path)}
    assert routes
    assert sorted(routes - described) == []


def _plain(route: str) -> str:
    """`/lots/<path:lot>` as people write it: `/lots/{lot}`."""
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", route)


def test_every_setting_stands_in_the_operations_document() -> None:
    described = set(SETTING.findall(text_of(Path("docs/operations.md"))))
    places = [
        *python_files(*PRODUCT, "migrations"),
        *(path for path in project_files() if path.parts[0] == "docker"),
    ]
    used = {(str(path), name) for path in places for name in SETTING.findall(text_of(path))}
    assert [pair for pair in sorted(used) if pair[1] not in described] == []


def test_every_metric_stands_in_the_operations_document_and_no_other() -> None:
    told = {name.removesuffix("_total") for name in METRIC.findall(text_of(Path("docs/operations.md")))}
    assert told == set(METRIC.findall(text_of(Path("api/metrics.py"))))


def _cut_tables(text: str) -> list[str]:
    """The first row of each run of table rows that has no header above it, code left out."""
    shown = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL).splitlines()
    starts = [
        number
        for number, line in enumerate(shown)
        if line.startswith("|") and not (number and shown[number - 1].startswith("|"))
    ]
    return [shown[number] for number in starts if not HEADER_LINE.fullmatch("".join(shown[number + 1 :][:1]))]


def test_no_table_is_cut_by_a_blank_line() -> None:
    whole = "| a | b |\n|---|:-:|\n| 1 | 2 |\n"
    assert _cut_tables(whole) == []
    assert _cut_tables(f"{whole}\n| 3 | 4 |\n") == ["| 3 | 4 |"]
    assert _cut_tables(f"```\n{whole}\n| 3 | 4 |\n```\n") == []
    assert [(str(path), row) for path in MARKDOWN for row in _cut_tables(text_of(path))] == []


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{path}: {link}"
        for path in MARKDOWN
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text_of(path))
        if "://" not in link and not (ROOT / path.parent / link).exists()
    ]
    assert broken == []


def test_decisions_referred_to_exist() -> None:
    numbers = {path.name[:4] for path in project_files() if path.parts[:2] == ("docs", "adr")}
    named = {
        (str(path), number)
        for path in project_files()
        if path.suffix in {".py", ".md", ".toml", ".yaml", ""} and path != Path("LICENSE")
        for number in re.findall(r"adr/(\d{4})", text_of(path))
    }
    assert [pair for pair in sorted(named) if pair[1] not in numbers] == []


DECISIONS = [path for path in project_files() if path.parts[:2] == ("docs", "adr") and path.name[0] == "0"]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_short_and_says_its_price(path: Path) -> None:
    text = text_of(path)
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == ["Context", "Decision", "Refused", "Price"]
    assert text.count("\n") <= 40


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))
    listed = text_of(Path("docs/adr/README.md"))
    assert [path.name for path in DECISIONS if path.name not in listed] == []


def test_sections_of_the_record_format_that_are_cited_exist() -> None:
    there = set(re.findall(r"^#+ ([\d.]+\d|\d+)\.? ", text_of(Path("docs/record-format.md")), re.MULTILINE))
    cited = {
        (str(path), number)
        for path in project_files()
        for number in re.findall(r"record-format\.md §(\d+(?:\.\d+)?)", text_of(path))
    }
    assert [pair for pair in sorted(cited) if pair[1] not in there] == []


PLACES = "trace|api|scanner_web|cli|docs|tests|bench|migrations|docker|requirements"
OF_THE_OPERATOR = {"docker/secrets"}
"""Made by whoever runs the service (docs/operations.md), never part of the project."""


def _paths_in(text: str) -> list[str]:
    """Paths of the project in code marks: `trace/chain`; those with a place to fill in are patterns."""
    named = re.findall(rf"`((?:{PLACES})/[^`\s]*)`", text)
    return [re.sub(r"<[^>]*>", "*", each).rstrip("/") for each in named]


def _modules_in(text: str) -> list[list[str]]:
    return [each.split(".") for each in re.findall(r"`((?:trace|api|scanner_web|cli)(?:\.\w+)+)", text)]


def _is_there(parts: list[str]) -> bool:
    """Whether the parts lead to a package or module, and what follows stands in it."""
    for length in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:length])
        module = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if module.exists():
            rest = parts[length : length + 1]
            return not rest or re.search(rf"\b{rest[0]}\b", module.read_text("utf-8")) is not None
    return False


def test_paths_that_documents_name_exist() -> None:
    lost = [
        f"{path}: {named}"
        for path in MARKDOWN
        for named in _paths_in(text_of(path))
        if named not in OF_THE_OPERATOR and next(ROOT.glob(named), None) is None
    ]
    assert lost == []


def test_modules_that_documents_name_exist() -> None:
    lost = [
        f"{path}: {'.'.join(parts)}"
        for path in MARKDOWN
        for parts in _modules_in(text_of(path))
        if parts[-1] != "py" and not _is_there(parts)
    ]
    assert lost == []


def test_each_life_in_the_architecture_names_its_files() -> None:
    lives = re.split(r"^### ", text_of(Path("docs/architecture.md")), flags=re.MULTILINE)
    told = {life.partition("\n")[0]: len(_paths_in(life)) for life in lives if "| step | where |" in life}
    assert len(told) == 5
    assert min(told.values()) >= 6


RECIPES = ("A record kind", "A rule", "A route", "A command", "A page", "A column of `lot`")


def test_each_recipe_of_the_contributors_page_names_its_files() -> None:
    parts = re.split(r"^### ", text_of(Path("CONTRIBUTING.md")), flags=re.MULTILINE)[1:]
    told = {part.partition("\n")[0]: set(_paths_in(part)) for part in parts}
    assert tuple(told) == RECIPES
    assert {name: len(paths) for name, paths in told.items() if len(paths) < 5} == {}


def test_the_contributors_page_is_short_and_found_from_the_readme() -> None:
    assert text_of(Path("CONTRIBUTING.md")).count("\n") <= 200
    assert "(CONTRIBUTING.md)" in text_of(Path("README.md"))
