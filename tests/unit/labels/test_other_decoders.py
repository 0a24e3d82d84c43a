"""Labels before decoders that are not ours: OpenCV and quirc read what zxing-cpp reads, at 203 to 600 dpi.

They are no requirement of this project: `make soak` asks them where they are installed
(opencv-python-headless, pyquirc), and says where they are not.
"""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.builders.edition_one import FIXTURE
from tests.unit.labels.test_sheet import label
from trace.labels.formats import FORMATS
from trace.labels.read_back import read_symbols
from trace.labels.sheet import Paper, pictures
from trace.labels.symbol import encode, png

pytestmark = pytest.mark.soak


def readers_of(picture: bytes, due: str) -> tuple[bool, bool]:
    """Whether OpenCV (by either of its detectors) and quirc read that text and no other."""
    cv2 = pytest.importorskip("cv2", reason="NOT CHECKED: no OpenCV here")
    quirc = pytest.importorskip("quirc", reason="NOT CHECKED: no quirc here")
    grey = np.asarray(Image.open(io.BytesIO(picture)).convert("L")).copy()
    seen = {find().detectAndDecode(grey)[0] for find in (cv2.QRCodeDetector, cv2.QRCodeDetectorAruco)} - {""}
    payloads = {data.payload.decode() for _, data in quirc.decode(Image.fromarray(grey))}
    return seen == {due}, payloads == {due}


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_labels_of_every_size_are_read(name: str, dpi: int) -> None:
    one = label(7)
    (page,) = pictures([one], Paper(FORMATS[name]), ppi=dpi)
    assert readers_of(page, one.uri) == (True, True)


@pytest.mark.parametrize("pixels", [2, 3, 4, 6, 8])
def test_a_symbol_alone_is_read_at_few_pixels_a_module(pixels: int) -> None:
    uri = label(7).uri
    assert readers_of(png(encode(uri), module_px=pixels), uri) == (True, True)


@pytest.mark.parametrize("lot", ["K1", "K2", "K5", "K7"])
def test_labels_that_were_printed_long_ago_are_read(lot: str) -> None:
    content = (FIXTURE / "printed" / f"{lot}.png").read_bytes()
    (due,) = read_symbols(Image.open(io.BytesIO(content)).convert("L"))
    assert readers_of(content, due) == (True, True)
