"""Published figures of a city and its districts: what is hidden of each, whoever sent it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from trace.oversight.monthly.figures import Figure, Line
from trace.rules.monthly_form import monthly_form
from trace.store.monthly.forms import FormRow
from trace.usecases.supervision.published_figures import Published, masked

AT = datetime(2026, 11, 2, tzinfo=UTC)


def sent(area: str, month: str = "2026-10", of: str = "bureau", **counts: int) -> Published:
    lines = {
        name: tuple(Line(f"{one}", f"{one}", ()) for one in range(many)) for name, many in counts.items()
    }
    figures = {name: Figure(monthly_form().figures[name], each) for name, each in lines.items()}
    row = FormRow(f"{area} {month} {of}", month, area, of, 1, "", "p", AT)
    return Published(row, of, AT, figures)


@pytest.mark.requirement("S2-07")
def test_a_city_beside_its_districts_gives_no_small_number_away():
    forms = masked([
        sent("310000", found=29, exchanges=2, producers=40, systems=38),
        sent("310151", found=2, exchanges=1, producers=20, systems=20),
        sent("310151", of="agriculture", found=2),
        sent("310116", found=7), sent("310113", found=20),
        sent("310115", month="2026-09", found=6), sent("420116", found=6),
    ])  # fmt: skip
    hidden = {(one.row.area, one.row.month, one.authority): set(one.hidden) for one in forms}
    assert hidden.pop(("310151", "2026-10", "bureau")) == {"found"}
    assert hidden.pop(("310151", "2026-10", "agriculture")) == {"found"}
    assert hidden.pop(("310116", "2026-10", "bureau")) == {"found"}, "the smallest of the others"
    assert hidden.pop(("310000", "2026-10", "bureau")) == {"systems"}, "two firms have none"
    assert not any(hidden.values()), "another month and another city are as they were"


def test_what_tells_of_authorities_is_shown_however_small():
    (one,) = masked([sent("310151", exchanges=1, trainings=2, found=1)])
    assert one.hidden == {"found"}
