"""The workspace's skin: all its routes on one blueprint behind one door, its menu, and how it refuses."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, g

from scanner_web.enterprise import (
    account,
    alert,
    applications,
    apply,
    balance,
    certificates,
    commitment,
    controls,
    deputies,
    duty_list,
    gaps,
    home,
    inbox,
    invitation,
    key_requests,
    keys,
    labels,
    law,
    ledgers,
    letters,
    licences,
    looked,
    master,
    mock_recalls,
    notice_settings,
    objections,
    originals,
    outline,
    packing,
    partners,
    people,
    print_reports,
    print_runs,
    printers,
    producers,
    provider,
    quality,
    recall_notices,
    recalls,
    record_form,
    records,
    scan_alerts,
    second_step,
    second_steps,
    sign_in,
    signing,
    stated,
    stock,
    upload_cells,
    upload_columns,
    uploads,
    visits,
)
from scanner_web.enterprise.menu import MENU
from scanner_web.frame import door, kept_forms
from scanner_web.frame.limits import SignInLimits
from scanner_web.frame.refusals import RefusalPages
from scanner_web.frame.workspace import SHEETS
from trace.platform.opening import Platform

REFUSALS: Final = RefusalPages("enterprise/refused.html", SHEETS)
_SUBJECTS: Final = (
    producers,
    people,
    deputies,
    notice_settings,
    objections,
    inbox,
    record_form,
    uploads,
    upload_cells,
    upload_columns,
    recalls,
    recall_notices,
    labels,
    packing,
    print_reports,
    print_runs,
    printers,
    ledgers,
    keys,
    key_requests,
    signing,
    duty_list,
    law,
    stated,
    records,
    stock,
    balance,
    controls,
    alert,
    gaps,
    partners,
    mock_recalls,
    quality,
    scan_alerts,
    certificates,
    master,
    originals,
    outline,
    letters,
    commitment,
    licences,
    looked,
    visits,
)


def pages_of(platform: Platform) -> Blueprint:
    """The workspace's pages over a platform."""
    pages = Blueprint("enterprise_pages", __name__)
    REFUSALS.install(pages)
    door.install(pages, platform)
    kept_forms.install(pages, platform)
    limits = SignInLimits(platform)

    @pages.before_request
    def show_menu() -> None:
        g.menu = MENU

    sign_in.register(pages, platform, limits)
    second_step.register(pages, platform, limits)
    second_steps.register(pages, platform, limits)
    provider.register(pages, platform, limits)
    invitation.register(pages, platform, limits)
    apply.register(pages, platform, limits)
    applications.register(pages, platform)
    home.register(pages, platform)
    account.register(pages, platform)
    for subject in _SUBJECTS:
        subject.register(pages, platform)
    return pages
