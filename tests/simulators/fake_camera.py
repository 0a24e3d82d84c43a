"""A camera for Chromium that films a picture on a table: approach, turn, perspective, blur, noise; seeded.

Chromium plays a file of concatenated JPEGs (`.mjpeg`) as its camera, round and round. The camera of a phone
is 1280 × 720; what is filmed comes in at 0.4 of its last size, turned, and ends with `aim` in the middle: a
place in the picture, in shares of its width and height.
"""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from tests.simulators.degradations import homography

Place = tuple[float, float]
MIDDLE: Place = (0.5, 0.5)
WIDTH, HEIGHT = 1280, 720
FRAMES = 20
_TABLE = 96
_EMPTY = 3  # frames of the table alone


def film(
    target: Path, picture: Image.Image, *, aim: Place = MIDDLE, seed: int = 1, widest: int = 620
) -> Path:
    """Write `target`: the last frames show `picture` `widest` pixels wide. Returns the path."""
    rng = np.random.default_rng(seed)
    written = io.BytesIO()
    for number in range(FRAMES):
        progress = max(0.0, (number - _EMPTY) / (FRAMES - _EMPTY - 1))
        frame = _frame(picture.convert("L"), progress if number >= _EMPTY else None, widest, aim, rng)
        frame.save(written, "JPEG", quality=80)
    target.write_bytes(written.getvalue())
    return target


def photograph(picture: Image.Image, *, aim: Place = MIDDLE, seed: int = 1, widest: int = 620) -> bytes:
    """One frame of such a film, the label near and a little askew, as JPEG."""
    written = io.BytesIO()
    _frame(picture.convert("L"), 0.9, widest, aim, np.random.default_rng(seed)).save(
        written, "JPEG", quality=80
    )
    return written.getvalue()


def switches(film_at: Path) -> list[str]:
    """What Chromium is started with, so that this film is its camera and nobody is asked."""
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film_at}",
    ]


def _frame(
    picture: Image.Image, progress: float | None, widest: int, aim: Place, rng: np.random.Generator
) -> Image.Image:
    table = rng.normal(_TABLE, 9, (HEIGHT // 8, WIDTH // 8)).clip(0, 255).astype(np.uint8)
    scene = Image.fromarray(table).resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
    if progress is not None:
        _lay(scene, picture, progress, widest, aim)
    light = np.linspace(1.05, 0.8, WIDTH)[None, :]  # a window at the left
    blurred = np.asarray(scene.filter(ImageFilter.GaussianBlur(1.1)), dtype=np.float64)
    noisy = blurred * light + rng.normal(0, 6, (HEIGHT, WIDTH))
    return Image.fromarray(np.clip(np.rint(noisy), 0, 255).astype(np.uint8)).convert("RGB")


def _lay(scene: Image.Image, picture: Image.Image, progress: float, widest: int, aim: Place) -> None:
    """The picture on the table: nearer, straighter and more central as the film goes on; never quite flat."""
    wide = widest * (0.4 + 0.6 * progress)
    high = wide * picture.height / picture.width
    far = 0.90 + 0.04 * progress  # the upper edge is further away
    angle = math.radians(14 - 9 * progress)
    x, y = -aim[0] * wide, -aim[1] * high
    corners = [(x * far, y * far), ((x + wide) * far, y * far), (x + wide, y + high), (x, y + high)]
    middle = (WIDTH / 2 + 160 * (1 - progress), HEIGHT / 2 - 60 * (1 - progress))
    cos, sin = math.cos(angle), math.sin(angle)
    turned = [(middle[0] + x * cos - y * sin, middle[1] + x * sin + y * cos) for x, y in corners]
    plain = np.array(((0, 0), (picture.width, 0), picture.size, (0, picture.height)), dtype=float)
    way = homography(np.array(turned), plain)
    seen = picture.transform((WIDTH, HEIGHT), Image.Transform.PERSPECTIVE, way, Image.Resampling.BICUBIC)
    mask = Image.new("L", (WIDTH, HEIGHT), 0)
    ImageDraw.Draw(mask).polygon(turned, fill=255)
    scene.paste(seen, mask=mask)
