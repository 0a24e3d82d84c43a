"""What the demo says at its end."""

from __future__ import annotations

from pathlib import Path

from cli.demo.staying import DATA, continue_call


def test_the_call_to_look_again_names_the_folder_that_was_given():
    assert continue_call(DATA) == "./greentrace demo --continue"
    assert continue_call(Path("/tmp/my demo")) == "./greentrace demo --continue --data '/tmp/my demo'"
