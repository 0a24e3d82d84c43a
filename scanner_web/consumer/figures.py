"""亮数据 亮问题 亮成绩: the figures of supervision that authorities have sent, for everybody."""

from __future__ import annotations

from flask import Blueprint, Response

from scanner_web.consumer.sheets import FINDING
from scanner_web.frame.reader import Reader
from scanner_web.frame.rendering import page
from trace.oversight.monthly.ratios import TOO_FEW
from trace.platform.opening import Platform
from trace.rules.monthly_form import WHETHER, monthly_form
from trace.usecases.supervision.published_figures import GROUPS, Published, read_published


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of the published figures; nothing of the reader is counted or kept."""

    @pages.get("/figures")
    def figures() -> Response:
        """What each authority sent last."""
        found = read_published(platform.transactions)
        return page(
            "consumer/figures.html", sheets=FINDING, icons=("doc", "warn", "tick", "question"),
            found=found, groups=GROUPS, shown=_shown, form_of=monthly_form(), least=TOO_FEW,
        )  # fmt: skip


def _shown(of: Reader, form: Published, name: str) -> str:
    figure = form.figures[name]
    if figure.number is None:
        return of.say("figures.no-source")
    if name in form.hidden:
        return of.say("figures.hidden")
    if figure.defined.sort == WHETHER:
        return of.say(f"figures.{'yes' if figure.number else 'no'}")
    return f"{figure.number} {of.word('figures.unit', figure.defined.unit)}"
