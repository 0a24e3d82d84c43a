"""Scorecards: shares of two lists that open, drawn by the server beside their table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.oversight.monthly.ratios import FEW, TOO_FEW
from trace.platform.opening import Platform
from trace.usecases.supervision.scorecard import SHOWN, SIX, Score, read_score_list, read_scorecard

_ICONS: Final = ("doc", "question", "warn", "store")
_SHEETS: Final = ("office.css",)
_WIDTH: Final = 300
_STEP: Final = 26


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the chart: the score, its place and length, the ends of the interval where there is one."""

    score: Score
    y: int
    length: float
    low: float | None
    high: float | None


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the scorecards."""

    @pages.get("/office/scorecard")
    def scorecard() -> Response:
        """Every score of a year, the quality of data by firm."""
        card = read_scorecard(platform.transactions, current_actor(), request.args.get("year", ""))
        return desk_page(
            "regulator/scorecard.html", at="scorecard", icons=_ICONS, sheets=_SHEETS, card=card, six=SIX,
            bars=_bars(card.scores), width=_WIDTH, step=_STEP, few=FEW, too_few=TOO_FEW,
        )  # fmt: skip

    @pages.get("/office/scorecard/<string:name>/<string:side>")
    def score_list(name: str, side: str) -> Response:
        """One of the two lists of a score."""
        year = request.args.get("year", "")
        listed = read_score_list(platform.transactions, current_actor(), name, side, year)
        return desk_page(
            "regulator/score_list.html", at="scorecard", icons=_ICONS, sheets=_SHEETS, listed=listed,
            most=SHOWN,
        )  # fmt: skip


def _bars(scores: Sequence[Score]) -> list[Bar]:
    """Bars of the scores that have a whole."""
    shown = [one for one in scores if one.ratio is not None and one.ratio.percent is not None]
    return [_bar(place, one) for place, one in enumerate(shown)]


def _bar(place: int, score: Score) -> Bar:
    ratio = score.ratio
    percent = float(ratio.percent or 0) if ratio is not None else 0.0
    interval = ratio.interval if ratio is not None else None
    ends = tuple(float(one) * _WIDTH / 100 for one in interval) if interval is not None else (None, None)
    return Bar(score, place * _STEP, percent * _WIDTH / 100, ends[0], ends[1])
