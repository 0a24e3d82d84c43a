"""Twenty-two ways a phone sees a label badly, seeded.

A scene is a grey photograph of 960 × 720 pixels: the symbol on a white label with its quiet zone, on a
mottled ground, turned by up to 15 degrees, eight pixels to a module unless the case says otherwise. Sizes of
blurs and motions are in modules (a blur's is its standard deviation), covers in shares of the symbol's area.
Noise comes only where a case names it; a bottle of 55 mm; a "dark"
ground is grey 110 of 255 (beside a darker one nobody reads a symbol without its quiet zone).
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 960, 720
DRAWN = 8  # pixels to a module before the camera
QUIET = 4
GROUND = 110  # "dark" for a label without quiet zone; beside a ground under 100 nothing reads it


@dataclass(frozen=True, slots=True)
class Sight:
    """What befalls one scene."""

    px: float = 8.0
    turn: float = 15.0
    perspective: float = 0.0
    blur: float = 0.0
    motion: float = 0.0
    light: float = 1.0
    noise: float = 0.0
    shadow: bool = False
    quality: int = 0
    logo: float = 0.0
    scratches: int = 0
    inverted: bool = False
    bottle: bool = False
    bare: bool = False  # no quiet zone, on a dark ground


CASES: dict[str, Sight] = {
    "clean, scene ±15°": Sight(),
    "any rotation": Sight(turn=180),
    "perspective 0.25": Sight(perspective=0.25),
    "perspective 0.45": Sight(perspective=0.45),
    "blur 0.5": Sight(blur=0.5),
    "blur 0.8": Sight(blur=0.8),
    "motion 1.2": Sight(motion=1.2),
    "motion 2": Sight(motion=2.0),
    "low light 12 % + noise": Sight(light=0.12, noise=3.0),
    "shadow": Sight(shadow=True),
    "JPEG q10": Sight(quality=10),
    "JPEG q5": Sight(quality=5),
    "JPEG q5 + blur 0.3": Sight(quality=5, blur=0.3),
    "1.5 px per module": Sight(px=1.5, turn=0),
    "2 px per module + noise": Sight(px=2.0, turn=0, noise=12.0),
    "logo 6 %": Sight(logo=0.06),
    "logo 12 %": Sight(logo=0.12),
    "12 scratches": Sight(scratches=12),
    "inverted": Sight(inverted=True),
    "bottle": Sight(bottle=True),
    "no quiet zone on dark": Sight(bare=True),
    "combination": Sight(perspective=0.15, blur=0.25, motion=0.5, shadow=True, noise=5.0, quality=30),
}

UNCERTAIN = {"blur 0.5", "motion 2", "no quiet zone on dark", "logo 12 %"}
"""Cases that some symbols pass and others do not: a few symbols would not tell."""


def photograph(matrix: tuple[bytes, ...], sight: Sight, seed: int) -> np.ndarray:
    """The scene as grey pixels, the same for the same seed."""
    rng = np.random.default_rng(seed)
    label = _label(matrix, sight, rng)
    label = _round_a_bottle(label) if sight.bottle else label
    scene = _placed(label, sight, rng)
    scene = _blurred(scene, sight, rng)
    pixels = np.asarray(scene, dtype=np.float64)
    if sight.shadow:
        pixels = pixels * _shade(rng)
    pixels = pixels * sight.light + rng.normal(0, sight.noise, pixels.shape)
    image = Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))
    return np.asarray(_compressed(image, sight.quality) if sight.quality else image)


def _label(matrix: tuple[bytes, ...], sight: Sight, rng: np.random.Generator) -> Image.Image:
    """The print: ink is 20, paper 240."""
    dark, light = (240, 20) if sight.inverted else (20, 240)
    modules = np.array([list(row) for row in matrix], dtype=np.uint8)
    quiet = 0 if sight.bare else QUIET
    padded = np.pad(modules, quiet)
    pixels = np.kron(np.where(padded, dark, light), np.ones((DRAWN, DRAWN))).astype(np.uint8)
    label = Image.fromarray(pixels)
    side = len(matrix) * DRAWN
    middle, drawing = label.width / 2, ImageDraw.Draw(label)
    if sight.logo:
        half = side * math.sqrt(sight.logo) / 2
        drawing.rectangle((middle - half, middle - half, middle + half, middle + half), fill=240)
        half *= 0.8
        drawing.ellipse((middle - half, middle - half, middle + half, middle + half), fill=60)
    for _ in range(sight.scratches):
        ends = rng.uniform(0, label.width, 4)
        drawing.line([float(end) for end in ends], fill=240, width=round(DRAWN * rng.uniform(0.6, 1.4)))
    return label


def _round_a_bottle(label: Image.Image) -> Image.Image:
    """Seen on a cylinder: 24 mm on a bottle of 55 mm is the middle 50 degrees, squeezed at its edges."""
    pixels = np.asarray(label)
    half = math.radians(25)
    across = np.linspace(-math.sin(half), math.sin(half), label.width)
    columns = (np.arcsin(across) / half + 1) / 2 * (label.width - 1)
    return Image.fromarray(pixels[:, np.rint(columns).astype(int)])


def _placed(label: Image.Image, sight: Sight, rng: np.random.Generator) -> Image.Image:
    """The label in the photograph: turned, in perspective, at its size."""
    side = label.width / DRAWN * sight.px / 2
    angle = math.radians(rng.uniform(-sight.turn, sight.turn))
    far = 1 - sight.perspective
    corners = np.array([(-side * far, -side * far), (side * far, -side * far), (side, side), (-side, side)])
    tilt = math.pi / 2 * rng.integers(4) if sight.turn else 0.0  # which side is far
    corners = _turned(_turned(corners, tilt), angle) + np.array((WIDTH / 2, HEIGHT / 2))
    corners += rng.uniform(-40, 40, 2)
    plain = np.array([(0, 0), (label.width, 0), (label.width, label.height), (0, label.height)], float)
    # a sensor integrates over its pixel: bring the drawing to its size first, or pixels would be skipped
    small = label
    if sight.px < DRAWN:
        small = label.resize((round(label.width * sight.px / DRAWN),) * 2, Image.Resampling.BOX)
    ground = GROUND if sight.bare else 150
    texture = rng.normal(ground, 12, (HEIGHT // 8, WIDTH // 8)).clip(0, 255).astype(np.uint8)
    scene = Image.fromarray(texture).resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
    if not sight.turn:  # upright: already sampled, a second sampling would blur it
        scene.paste(small, (int(corners[0][0]), int(corners[0][1])))
        return scene
    way = homography(corners, plain * (small.width / label.width))
    seen = small.transform((WIDTH, HEIGHT), Image.Transform.PERSPECTIVE, way, Image.Resampling.BICUBIC)
    mask = Image.new("L", (WIDTH, HEIGHT), 0)
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in corners], fill=255)
    scene.paste(seen, mask=mask)
    return scene


def _turned(points: np.ndarray, angle: float) -> np.ndarray:
    cos, sin = math.cos(angle), math.sin(angle)
    return points @ np.array([[cos, sin], [-sin, cos]])


def homography(scene: np.ndarray, label: np.ndarray) -> list[float]:
    """The eight numbers that take a place in the scene to its place on the label."""
    rows, targets = [], []
    for (x, y), (u, v) in zip(scene, label, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        targets += [u, v]
    return [float(number) for number in np.linalg.solve(np.array(rows), np.array(targets))]


def _blurred(scene: Image.Image, sight: Sight, rng: np.random.Generator) -> Image.Image:
    if sight.blur:
        scene = scene.filter(ImageFilter.GaussianBlur(sight.blur * sight.px))
    if not sight.motion:
        return scene
    length, angle = sight.motion * sight.px, rng.uniform(0, math.pi)
    pixels = np.asarray(scene, dtype=np.float64)
    count = max(2, round(length))  # exposures, one a pixel of the way
    steps = (np.arange(count) - (count - 1) / 2) * length / count
    moved = [
        np.roll(pixels, (round(step * math.sin(angle)), round(step * math.cos(angle))), (0, 1))
        for step in steps
    ]
    return Image.fromarray(np.mean(moved, axis=0).astype(np.uint8))


def _shade(rng: np.random.Generator) -> np.ndarray:
    """Half of the scene at 35 % of its light, with a soft edge through the symbol."""
    angle = rng.uniform(0, 2 * math.pi)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    away = (x - WIDTH / 2) * math.cos(angle) + (y - HEIGHT / 2) * math.sin(angle)
    return 0.35 + 0.65 / (1 + np.exp(-away / 6))


def _compressed(image: Image.Image, quality: int) -> Image.Image:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=quality)
    return Image.open(io.BytesIO(written.getvalue()))


def success(
    matrices: list[tuple[str, tuple[bytes, ...]]],
    read: Callable[[np.ndarray], list[str]],
    certain: int | None = None,
) -> dict[str, float]:
    """By case, the share of (text, matrix) that `read` finds; raises `AssertionError` on a wrong read.

    `certain`: how many suffice for a case that is not of `UNCERTAIN` (all when None).
    """
    shares = {}
    for number, (name, sight) in enumerate(CASES.items()):
        good, sample = 0, matrices if name in UNCERTAIN else matrices[:certain]
        for place, (text, matrix) in enumerate(sample):
            found = read(photograph(matrix, sight, 1000 * number + place))
            assert set(found) <= {text}, f"{name}: a wrong read, {found}"
            good += text in found
        shares[name] = good / len(sample)
    return shares
