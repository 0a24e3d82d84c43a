"""Where the demo listens, and what it says to phones."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.demo.listening import ANYWHERE, served_at, tell_listening
from cli.desktop import has_desktop
from trace.platform.folder import PlatformFolder, WitnessAddress


def test_a_network_address_is_listened_for_and_answered_as() -> None:
    assert served_at("127.0.0.1", 8000) == ("http://127.0.0.1:8000", [])
    public, listening = served_at("192.0.2.7", 8000)
    assert (
        listening
        == ["--address", ANYWHERE, "--public-url", public]
        == [*listening[:3], "http://192.0.2.7:8000"]
    )


def test_phones_are_told_the_address_its_code_and_what_http_cannot_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    witnesses = (WitnessAddress("agri", "http://127.0.0.1:9001"),)
    folder = PlatformFolder(
        tmp_path, "food", "a.example/demo-clock", "demo", "clock", "http://192.0.2.7:8000", "demo",
        witnesses=witnesses,
    )  # fmt: skip
    tell_listening(folder, lan=False)
    told = capsys.readouterr().out
    assert "agri http://127.0.0.1:9001" in told and "--lan" in told and "█" not in told
    tell_listening(folder, lan=True)
    told = capsys.readouterr().out
    assert "http://192.0.2.7:8000/\n" in told and "█" in told
    assert "http" in told and "plain http" in told


def test_no_browser_is_opened_where_nobody_looks() -> None:
    assert has_desktop() is False  # a test's output is no screen
