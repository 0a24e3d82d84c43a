"""Another commit beside this one: what cannot be had is said in words, and nothing is left behind."""

from __future__ import annotations

import subprocess

import pytest

from bench.former import HERE, NotHere, former, plain_environment


def test_a_commit_that_is_not_here_is_named(root) -> None:
    with pytest.raises(NotHere), former("0" * 40):
        pass
    kept = subprocess.run(["git", "-C", root, "worktree", "list"], capture_output=True, text=True)
    assert "gt-former-" not in kept.stdout


def test_without_git_it_is_said(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotHere, match="git is not here"), former("HEAD"):
        pass


def test_a_program_is_not_led_astray_by_our_path(monkeypatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    assert "PYTHONPATH" not in plain_environment()
    assert plain_environment(A="1")["A"] == "1"
    assert "serve" in HERE.run("--help")
