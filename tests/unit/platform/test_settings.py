"""Settings files that an operator wrote wrongly: the line, the setting and what is expected there."""

from __future__ import annotations

from pathlib import Path

import pytest

from trace.errors import FolderUnfit
from trace.platform.folder import SETTINGS, PlatformFolder, load_folder
from trace.platform.witness_folder import SETTINGS as WITNESS_SETTINGS
from trace.platform.witness_folder import read_watched

GOOD = 'role = "food"\norigin = "trace.test/food"\n'


@pytest.mark.parametrize(
    ("text", "line", "setting", "expected"),
    [
        ('role = "foods"\norigin = "trace.test/food"\n', 1, "role", "role-of-folder"),
        ('role = "food"\n\norigin = "log with blanks"\n', 3, "origin", "log-name"),
        ('role = "food"\n', 1, "origin", "log-name"),
        (GOOD + "database = 7\n", 3, "database", "text-in-quotes"),
        (GOOD + "public_url = https://trace.test\n", 3, "-", "toml"),
        (GOOD + 'profile = "CN-99"\n', 3, "profile", "profile-name"),
        (GOOD + 'clock = "sundial"\n', 3, "clock", "clock-name"),
        (GOOD + 'witness = "agri"\n', 3, "witness", "tables"),
        (GOOD + '[witness]\nname = "agri"\n', 3, "witness", "tables"),
        (GOOD + "neighbours = []\n", 3, "neighbours", "table"),
        (GOOD + '[[witness]]\nname = "agri"\nurl = "agri.test"\n', 5, "url", "web-address"),
        (
            GOOD + '[[witness]]\nname = "a"\nurl = "https://a.test"\n\n[[witness]]\nurl = "https://b.test"\n',
            7,
            "name",
            "text",
        ),
        (GOOD + '[neighbours]\n# the city\ncity = "city.test"\n', 5, "city", "web-address"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_expected(
    tmp_path: Path, text: str, line: int, setting: str, expected: str
) -> None:
    (tmp_path / SETTINGS).write_text(text, "utf-8")
    with pytest.raises(FolderUnfit) as told:
        load_folder(tmp_path)
    assert told.value.code == "settings-unfit"
    assert told.value.params == {"part": SETTINGS, "line": line, "setting": setting, "expected": expected}


@pytest.mark.parametrize(
    ("text", "line", "setting"),
    [
        (GOOD + 'publicurl = "https://trace.test"\n', 3, "publicurl"),
        (GOOD + '[[witness]]\nname = "a"\nurl = "https://a.test"\nvkey = "x"\n', 6, "vkey"),
        (GOOD + '[neighbor]\ncity = "https://city.test"\n', 3, "neighbor"),
    ],
)
def test_a_setting_that_nobody_reads_is_refused(tmp_path: Path, text: str, line: int, setting: str) -> None:
    (tmp_path / SETTINGS).write_text(text, "utf-8")
    with pytest.raises(FolderUnfit) as told:
        load_folder(tmp_path)
    assert told.value.code == "setting-unknown"
    assert (told.value.params["line"], told.value.params["setting"]) == (line, setting)


def test_a_file_of_another_encoding_is_named_by_its_line(tmp_path: Path) -> None:
    (tmp_path / SETTINGS).write_bytes(b'role = "food"\norigin = "\xb9\xc8"\n')
    with pytest.raises(FolderUnfit) as told:
        load_folder(tmp_path)
    assert (told.value.params["line"], told.value.params["expected"]) == (2, "utf-8")


def test_what_windows_editors_put_in_front_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / SETTINGS).write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_folder(tmp_path).origin == "trace.test/food"


def test_a_witness_s_settings_are_read_as_strictly(tmp_path: Path) -> None:
    settings = tmp_path / WITNESS_SETTINGS
    settings.write_text('policy = "policy"\n[[watch]]\norigin = "o"\nurl = "http://o"\n', "utf-8")
    with pytest.raises(FolderUnfit) as told:
        read_watched(tmp_path)
    assert (told.value.params["line"], told.value.params["setting"]) == (2, "token")


def test_a_damaged_log_key_is_named_before_anything_is_served(tmp_path: Path) -> None:
    PlatformFolder(tmp_path, "food", "trace.test/food").create()
    folder = load_folder(tmp_path)
    folder.require_keys()
    folder.log_key_path.write_text("nonsense")
    with pytest.raises(FolderUnfit) as told:
        folder.require_keys()
    assert told.value.params == {"part": "keys/log.key", "reason": "not-readable"}
