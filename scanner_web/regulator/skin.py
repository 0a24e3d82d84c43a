"""The regulators' skin: its routes on one blueprint behind the workspaces' door, and how it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, g

from scanner_web.frame import door, kept_forms
from scanner_web.frame.refusals import RefusalPages
from scanner_web.frame.workspace import SHEETS, Section
from scanner_web.regulator import (
    analyses,
    analysis_page,
    assessment,
    campaigns,
    carried_out,
    case_files,
    case_form,
    case_page,
    check_plan,
    commitments,
    complaint_map,
    credit,
    disputes,
    draw_page,
    draws,
    duty_lists,
    entry_notices,
    farms,
    find,
    hazards,
    home,
    joint_work,
    letters,
    listings,
    looks,
    messages,
    monthly,
    monthly_files,
    register,
    risks,
    sample_form,
    sample_page,
    samples,
    sampling_plan,
    scorecard,
    seizures,
    systems,
    visit_files,
    visit_forms,
    visit_page,
    visit_parts,
    visits,
    warnings,
)
from trace.platform.opening import Platform

REFUSALS: Final = RefusalPages("regulator/refused.html", SHEETS)
_SUBJECTS: Final = (
    home,
    case_page,
    case_files,
    case_form,
    find,
    disputes,
    looks,
    messages,
    farms,
    commitments,
    entry_notices,
    analyses,
    analysis_page,
    assessment,
    warnings,
    samples,
    sample_form,
    sample_page,
    sampling_plan,
    monthly,
    monthly_files,
    visits,
    visit_files,
    visit_page,
    visit_parts,
    visit_forms,
    complaint_map,
    duty_lists,
    hazards,
    letters,
    listings,
    joint_work,
    campaigns,
    seizures,
    risks,
    register,
    scorecard,
    draws,
    draw_page,
    check_plan,
    carried_out,
    credit,
    systems,
)


def pages_of(platform: Platform, menu: Sequence[Section]) -> Blueprint:
    """The regulators' pages over a platform, with the navigation that all workspaces share."""
    pages = Blueprint("regulator_pages", __name__)
    REFUSALS.install(pages)
    door.install(pages, platform)
    kept_forms.install(pages, platform, "/office")

    @pages.before_request
    def show_menu() -> None:
        g.menu = menu

    for subject in _SUBJECTS:
        subject.register(pages, platform)
    return pages
