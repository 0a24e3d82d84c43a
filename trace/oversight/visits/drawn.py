"""A visit held to the draw that it comes from: the firm was drawn, and whoever goes was drawn for it.

Another inspector goes with a reason alone. Whoever stands aside for the firm does not go, whatever the
reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from trace.errors import InspectorNotDrawn, InspectorRecused, VisitNotDrawn
from trace.oversight.visits.makers import Inspector

_LEAST_WORDS: Final = 2
_PREFIX: Final = "urn:"
_CARD: Final = re.compile(r"(?![0-9]{17}[0-9Xx]$)(?=.*[0-9])[0-9A-Za-z][0-9A-Za-z.-]{3,29}")
"""Never letters alone, which may be a name, nor what may be the number of a person."""


def is_card(text: str) -> bool:
    """Whether an inspector is named by what may be the number of a card."""
    return _CARD.fullmatch(text) is not None


def urn_of_object(name: str) -> str:
    """An object of a draw as a party: draws name firms by urn or by their bare code."""
    return name if name.startswith(_PREFIX) else f"urn:uscc:{name}"


def drawn_firms(result: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    """Firm -> department -> the card that was drawn for it."""
    return {urn_of_object(str(one["object"])): one["inspectors"] for one in result["drawn"]}


def cards_recused(plan: Mapping[str, Any], party: str) -> frozenset[str]:
    """Who stands aside for a firm by the plan of a draw."""
    return frozenset(
        str(one["inspector"]) for one in plan["recused"] if urn_of_object(str(one["object"])) == party
    )


def require_drawn(result: Mapping[str, Any], party: str, inspectors: Iterable[Inspector], why: str) -> None:
    """Return where the visit is as drawn, or differs with a reason.

    Raises `VisitNotDrawn`, `InspectorRecused`, `InspectorNotDrawn`.
    """
    cards = drawn_firms(result).get(party)
    if cards is None:
        raise VisitNotDrawn(party=party)
    going = list(inspectors)
    require_not_recused(result["plan"], party, {one.card for one in going})
    wanted = {cards[one.department] for one in going if one.department in cards}
    given = {one.card for one in going}
    if given != wanted and len(why.strip()) < _LEAST_WORDS:
        raise InspectorNotDrawn(given=sorted(given - wanted), drawn=sorted(wanted))


def require_not_recused(plan: Mapping[str, Any], party: str, cards: Collection[str]) -> None:
    """Raises `InspectorRecused` for who stands aside for the firm."""
    aside = sorted(cards_recused(plan, party).intersection(cards))
    if aside:
        raise InspectorRecused(cards=aside, party=party)
