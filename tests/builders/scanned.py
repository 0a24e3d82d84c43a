"""What is held before the scanner's camera, and what a test looks at on its page."""

from __future__ import annotations

import io
import re

import pytest
import zxingcpp
from PIL import Image

from scanner_web.assets.scanner_script import wasm
from tests.simulators import fake_camera
from trace.labels.captions import LabelText
from trace.labels.formats import FORMATS
from trace.labels.sheet import Label, Paper, pictures
from trace.labels.symbol import encode, png

BATCH_PAGE = "/01/09521234100010/10/M20261012A"
SYMBOL = (0.26, 0.5)
"""Where the symbol's middle is on a label of 60 × 40 mm."""
ELEMENTS = "(01)09521234100010(10)M20261012A"
FOREIGN = f"https://elsewhere.example/shop{BATCH_PAGE}"
BRINGS_DECODER = pytest.mark.skipif(
    not wasm(), reason="NOT CHECKED: barcode-detector and its wasm are not here (make vendor, with npm)"
)


def label(uri: str) -> Image.Image:
    """The label of 60 × 40 mm as our own code sets it, at 300 dots an inch."""
    text = LabelText("（演示）子虚牌绿色大米", "5 kg", "M20261012A", "2026-10-12", "2027-10-11")
    return Image.open(io.BytesIO(pictures([Label(uri, text)], Paper(FORMATS["60x40"]))[0]))


def symbol(text: str) -> Image.Image:
    return Image.open(io.BytesIO(png(encode(text))))


def gs1_data_matrix(elements: str) -> Image.Image:
    """A symbol that holds an element string with FNC1, drawn by zxing-cpp."""
    made = zxingcpp.create_barcode(elements, zxingcpp.BarcodeFormat.DataMatrix, gs1=True)
    return Image.fromarray(made.to_image(scale=12)).convert("L")


def begin(page):
    page.get_by_role("button", name=re.compile("打开相机|Open the camera")).click()


def state(page):
    return page.locator("[data-part=cam]").get_attribute("data-state")


def noted(page, name):
    """The note of that name, once it shows."""
    note = page.locator(f"[data-part=note][data-note={name}]")
    note.wait_for(state="visible")
    return note


def asked_for(page, part):
    return [address for _, address in page.asked if part in address]


def only_here(page):
    return [
        address
        for _, address in page.asked
        if address.startswith("http") and not address.startswith(page.home)
    ]


def a_file(content, name="photo.jpg"):
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def a_photo(picture):
    return a_file(fake_camera.photograph(picture, aim=SYMBOL))
