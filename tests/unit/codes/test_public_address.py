"""The public address: absolute, http or https, and what a browser makes of a path before it asks."""

from __future__ import annotations

import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from cli.serve import _told_of_address
from cli.setting_up import init
from tests.verifier.node import node_or_skip
from trace.codes.public_address import as_asked, public_address, require_real
from trace.errors import PublicAddressExample, PublicAddressUnfit

GOOD = (
    *(
        "https://trace.example.cn",
        "http://127.0.0.1:8000",
        "https://[2001:db8::1]:8443",
        "https://a.cn:65535",
    ),
    *("HTTPS://Trace.Example.CN", "https://xn--fiqs8s", "http://localhost:8000"),
)
BAD = (
    *(
        "",
        "trace.example.cn",
        "//trace.example.cn",
        "ftp://a.cn",
        "https://",
        "https:///01",
        "https://a.cn/stem",
    ),
    *(
        "https://a.cn?x=1",
        "https://a.cn#x",
        "https://user@a.cn",
        "https://a b.cn",
        " https://a.cn",
        "https://a.cn\n",
    ),
    *(
        "https://追溯.cn",
        "https://a_b.cn",
        "https://a..cn",
        "https://-a.cn",
        "https://a.cn:",
        "https://a.cn:99999",
    ),
    *("https://a.cn:0", "javascript:alert(1)", "http://[::1", "https：//a.cn", "https://a.cn.。"),
)


@pytest.mark.parametrize("text", GOOD)
def test_an_absolute_address_is_taken_without_its_last_slash(text: str) -> None:
    assert public_address(text) == public_address(text + "/") == text


@pytest.mark.parametrize("text", BAD)
def test_what_no_telephone_opens_is_refused(text: str) -> None:
    with pytest.raises(PublicAddressUnfit):
        public_address(text)


EXAMPLES = ("https://trace.example.cn", "http://a.EXAMPLE.com.", "https://x.test:8443", "https://id.invalid")


@pytest.mark.parametrize("text", EXAMPLES)
def test_nobody_prints_the_address_of_an_example(text: str) -> None:
    with pytest.raises(PublicAddressExample):
        require_real(text)


@pytest.mark.parametrize(
    "text", ["https://trace.contest.cn", "https://myexample.cn", "http://127.0.0.1:8000"]
)
def test_an_address_that_merely_looks_like_one_is_taken(text: str) -> None:
    assert require_real(text) == text


PATHS = (
    "/01/1/10/.",
    "/01/1/10/..",
    "/01/1/10/%2e%2E",
    "/01/1/10/A%2F..%2FB",
    "/01/1/10/./A",
    "/..",
    "/a/../../b",
    "/a.",
)


def test_browsers_are_foreseen(tmp_path: Path) -> None:
    """The URL standard as a browser's own parser does it."""
    program = f"console.log({list(PATHS)}.map((one) => new URL('https://a.cn' + one).pathname).join('\\n'))"
    ran = subprocess.run([node_or_skip(), "-e", program], capture_output=True, text=True, check=True)
    assert [as_asked(path) for path in PATHS] == ran.stdout.split()


@pytest.mark.parametrize("number", ["26/10/22", "A/../B", "%2e", "A.", "...", "?", "#", "%"])
def test_every_other_batch_number_arrives_as_it_was_printed(number: str) -> None:
    path = f"/01/09521234100010/10/{quote(number, safe='')}"
    assert as_asked(path) == path


@pytest.mark.parametrize("text", ["trace.example.cn", "https://a.cn/x", "乱写"])
def test_a_new_folder_takes_no_other_address(text: str, tmp_path: Path) -> None:
    asked = ["--role", "food", "--origin", "trace.example.cn/food", "--public-url", text]
    ran = CliRunner().invoke(init, [str(tmp_path / "new"), *asked])
    assert isinstance(ran.exception, PublicAddressUnfit)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("in_folder", "given", "known_as", "told"),
    [
        ("https://a.cn", "https://b.cn", "https://b.cn", "two-addresses"),
        ("https://a.cn/", "https://a.cn", "https://a.cn", ""),
        ("https://a.cn", "", "https://a.cn", ""),
        ("", "https://b.cn", "https://b.cn", ""),
        ("", "", "http://127.0.0.1:8000", "own-address"),
        ("", "http://127.0.0.1:9", "http://127.0.0.1:9", ""),
    ],
)
def test_two_addresses_and_none_are_said_at_the_start(
    in_folder: str, given: str, known_as: str, told: str
) -> None:
    assert _told_of_address(in_folder, given, known_as) == told
