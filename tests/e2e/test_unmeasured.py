"""What is tried from outside costs no measuring of coverage."""

from __future__ import annotations

import coverage

from tests.measured import is_measured


def test_what_is_tried_from_outside_is_not_measured(request):
    assert not is_measured(request.node)
    assert coverage.Coverage.current() is None
