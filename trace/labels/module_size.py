"""Module width of a printed symbol: whole printer dots, as many as the label allows, with warnings.

GS1 asks 0.396 to 0.990 mm for retail check-outs and four modules of quiet zone (General Specifications,
symbol specification tables; ISO/IEC 18004 §6.3.8). Phones read less; under 0.33 mm we do not print. Printers
have whole dots: 203 dpi means 8 dots per mm.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from trace.errors.codes import ModuleUnprintable
from trace.labels.symbol import QUIET_ZONE

RETAIL_LEAST_MM: Final = Decimal("0.396")
RETAIL_MOST_MM: Final = Decimal("0.990")
LEAST_MM: Final = Decimal("0.33")
FEW_DOTS: Final = 3
_LEVELS_FOR_COVER: Final = "QH"
_MM_PER_INCH: Final = Decimal("25.4")


@dataclass(frozen=True, slots=True)
class Printer:
    """`pitch_mm`: from dot to dot. Label printers' "203 dpi" are 8 dots per mm exactly."""

    dpi: int
    pitch_mm: Decimal

    @property
    def dots_per_inch(self) -> Decimal:
        """The exact figure behind the round one: 203.2 for "203"."""
        return (_MM_PER_INCH / self.pitch_mm).quantize(Decimal("0.01"))


PRINTERS: Final = {
    203: Printer(203, Decimal("0.125")),
    300: Printer(300, Decimal("0.084667")),
    600: Printer(600, Decimal("0.042333")),
}


@dataclass(frozen=True, slots=True)
class Warned:
    """`slug` is worded as `label-warning.<slug>`."""

    slug: str
    params: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ModuleSize:
    """The choice: printer dots a module, its width, the side of the symbol with quiet zone, and warnings."""

    dots: int
    module_mm: Decimal
    side_mm: Decimal
    warnings: tuple[Warned, ...]


def choose(
    modules: int,
    room_mm: Decimal,
    printer: Printer,
    *,
    level: str = "M",
    covered: bool = False,
    quiet_zone: int = QUIET_ZONE,
) -> ModuleSize:
    """The widest module of whole dots for a symbol of `modules` in a square of `room_mm`.

    Not wider than retail allows where the room is larger. `covered` says that a logo lies on the symbol.
    Raises `ModuleUnprintable` when the widest is under `LEAST_MM`.
    """
    width = modules + 2 * quiet_zone
    most = int(min(room_mm / width, RETAIL_MOST_MM) / printer.pitch_mm)
    module = most * printer.pitch_mm
    if module < LEAST_MM:
        raise ModuleUnprintable(dots=most, dpi=printer.dpi, module=_short(module), least=str(LEAST_MM))
    warnings = _warnings(most, module, quiet_zone) + _level_warnings(level, covered=covered)
    return ModuleSize(most, module, module * width, tuple(warnings))


def exactly(modules: int, dots: int, printer: Printer, *, quiet_zone: int = QUIET_ZONE) -> ModuleSize:
    """The size at a given number of dots; raises `ModuleUnprintable` under `LEAST_MM`."""
    module = dots * printer.pitch_mm
    if module < LEAST_MM:
        raise ModuleUnprintable(dots=dots, dpi=printer.dpi, module=_short(module), least=str(LEAST_MM))
    return ModuleSize(
        dots, module, module * (modules + 2 * quiet_zone), tuple(_warnings(dots, module, quiet_zone))
    )


def beware(
    module_mm: Decimal, dots: int | None = None, *, level: str = "M", covered: bool = False
) -> list[Warned]:
    """The warnings for a module of that width, of that many dots where a printer is known."""
    found = _warnings(FEW_DOTS if dots is None else dots, module_mm, QUIET_ZONE)
    return found + _level_warnings(level, covered=covered)


def _warnings(dots: int, module: Decimal, quiet_zone: int) -> list[Warned]:
    shown = ("module", _short(module))
    found = []
    if module < RETAIL_LEAST_MM:
        found.append(Warned("module-small", (shown, ("least", str(RETAIL_LEAST_MM)))))
    if module > RETAIL_MOST_MM:
        found.append(Warned("module-large", (shown, ("most", str(RETAIL_MOST_MM)))))
    if dots < FEW_DOTS:
        found.append(Warned("few-dots", (("dots", str(dots)), ("least", str(FEW_DOTS)))))
    if quiet_zone < QUIET_ZONE:
        found.append(Warned("quiet-zone-narrow", (("modules", str(quiet_zone)), ("least", str(QUIET_ZONE)))))
    return found


def _level_warnings(level: str, *, covered: bool) -> list[Warned]:
    if covered and level not in _LEVELS_FOR_COVER:
        return [Warned("level-low", (("level", level),))]
    if not covered and level in _LEVELS_FOR_COVER:
        return [Warned("level-high", (("level", level),))]
    return []


def _short(module: Decimal) -> str:
    return f"{module:.3f}"
