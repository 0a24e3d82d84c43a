"""Decoders that share no code with the one that reads our symbols back: zbar, jsQR, OpenCV and quirc."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from PIL import Image

from tests.verifier.node import node_or_skip

SCRIPT = Path(__file__).with_name("other_decoders.mjs")
_PACKAGES = Path(__file__).parents[2] / "node_modules"
_MARGIN = 16

Readings = dict[str, list[str]]


def close(picture: Image.Image) -> Image.Image:
    """The printed part of a page with some white around it, as somebody holds a phone over one label."""
    left, upper, right, lower = picture.point(lambda grey: 255 - grey).getbbox()
    box = (left - _MARGIN, upper - _MARGIN, right + _MARGIN, lower + _MARGIN)
    seen = Image.new("L", (box[2] - box[0], box[3] - box[1]), 255)
    seen.paste(picture.crop((left, upper, right, lower)), (_MARGIN, _MARGIN))
    return seen


def by_zbar_and_jsqr(pictures: Mapping[str, Image.Image]) -> dict[str, Readings]:
    """By decoder, the texts in each picture; jsQR looks for one symbol a picture."""
    if not all((_PACKAGES / name).is_dir() for name in ("jsqr", "@undecaf/zbar-wasm")):
        _lacking("zbar and jsQR (make decoders, with npm)")
    sent = b"".join(
        one.width.to_bytes(4) + one.height.to_bytes(4) + one.tobytes() for one in pictures.values()
    )
    ran = subprocess.run(
        [node_or_skip(), str(SCRIPT)], input=sent, capture_output=True, check=False, timeout=600
    )
    assert ran.returncode == 0, ran.stderr.decode()
    answers = json.loads(ran.stdout)
    return {
        decoder: {name: one[decoder] for name, one in zip(pictures, answers, strict=True)}
        for decoder in ("zbar", "jsQR")
    }


def by_opencv(pictures: Mapping[str, Image.Image]) -> Readings:
    """What either of OpenCV's two detectors finds; each errs where the other does not."""
    try:
        import cv2
    except ImportError:
        _lacking("OpenCV (requirements/test.txt)")
    cv2.setNumThreads(1)
    finders = (cv2.QRCodeDetector(), cv2.QRCodeDetectorAruco())
    grey = {name: np.asarray(one) for name, one in pictures.items()}
    return {
        name: sorted({find.detectAndDecode(one)[0] for find in finders} - {""}) for name, one in grey.items()
    }


def by_quirc(pictures: Mapping[str, Image.Image]) -> Readings:
    """Only where somebody built it: its package is source that needs a C++ compiler."""
    quirc = pytest.importorskip("quirc", reason="NOT CHECKED: no quirc here (pyquirc)")
    return {
        name: sorted({data.payload.decode() for _, data in quirc.decode(one)})
        for name, one in pictures.items()
    }


def _lacking(what: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"needed in CI: {what}")
    pytest.skip(f"NOT CHECKED: labels were not read by {what}")
