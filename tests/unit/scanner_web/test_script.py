"""What travels of the scripts: small, and the same program."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scanner_web.assets.minified import minified
from scanner_web.assets.script import joined_script, noble_script, offline_script, panel_script
from tests.builders.weights import BEFORE_CHECK_BUDGET, VERIFIER_BUDGET, WITH_FALLBACK_BUDGET, script_weight
from tests.conftest import ROOT
from tests.verifier.node import node_or_skip

PROGRAM = """// a comment; 'with' a quote
const first = 12, second = /[/'"]+/g, third = `${first + `${first}`} // no comment`;
/** @param {string} text */
function outer(text, { name, kind = 'x' } = {}) {
  const found = text.replace(second, '-'), value = { name, kind, found: first };
  for (const [key, item] of Object.entries(value)) if (item === 'second') return key; // after
  return text ? `${found}:${value.kind}` : value.name
}
class Holder {
  constructor(name) { this.name = name; }
  found(text) { return `${this.name} ${text} ${outer(text, { name: this.name })}`; }
}
function* parts(text) { for (const part of text) yield { part, length: text.length }; }
const a = 5 - -1, b = a + +2;
console.log([...parts('xy')].map(({ part, length }) => part + length).join())
if (globalThis.navigator) { const seen = navigator; console.log(typeof seen) }
console.log(JSON.stringify([third, outer('a/b"c'), outer('', { name: 'second' }), a, b]))
console.log(new Holder('h').found('t/'))
"""


def ran(program: str) -> str:
    return subprocess.run([node_or_skip(), "-e", program], capture_output=True, text=True, check=True).stdout


def test_a_minified_program_does_the_same_in_fewer_bytes():
    short = minified(PROGRAM)
    assert ran(short) == ran(PROGRAM)
    assert len(short) < 0.8 * len(PROGRAM)
    assert "comment; " not in short
    assert ".name" in short


def test_minifying_twice_changes_nothing_that_runs():
    assert ran(minified(minified(PROGRAM))) == ran(PROGRAM)


def test_what_cannot_be_read_is_no_script():
    with pytest.raises(ValueError, match="unterminated"):
        minified("const a = `${1`;")


def test_without_the_minifier_scripts_travel_as_they_are_written():
    """As on machines for which there is no wheel of it."""
    program = (
        "import sys; sys.modules['minify'] = None\n"
        "from scanner_web.assets.minified import minified\n"
        "print(minified(sys.argv[1]), end='')"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert told == PROGRAM


@pytest.mark.parametrize(
    ("script", "limit"),
    [
        (joined_script, VERIFIER_BUDGET),
        (panel_script, 2_400),
        (offline_script, 21_000),
        (noble_script, 5_000),
    ],
)
def test_each_script_keeps_to_its_budget(script, limit):
    assert script_weight(script.__name__, script().encode()) <= limit


def test_with_the_fallback_all_scripts_of_a_page_leave_room_for_it_in_its_budget():
    scripts = joined_script() + panel_script() + noble_script()
    assert script_weight("scripts", scripts.encode()) <= WITH_FALLBACK_BUDGET - BEFORE_CHECK_BUDGET
