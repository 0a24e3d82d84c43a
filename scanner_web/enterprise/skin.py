"""The workspace's skin: all its routes on one blueprint behind one door, its menu, and how it refuses."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, g, request
from werkzeug.wrappers import Response as AnyResponse

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
from scanner_web.enterprise.redirects import to
from scanner_web.frame import door
from scanner_web.frame.cookies import SESSION, read_cookie
from scanner_web.frame.csrf import FIELD, KEY, require_form_token
from scanner_web.frame.limits import SignInLimits
from scanner_web.frame.reader import reader_of
from scanner_web.frame.refusals import RefusalPages
from scanner_web.frame.workspace import SHEETS
from trace.errors import FormForged, SignInNeeded
from trace.platform.opening import Platform
from trace.usecases.accounts.forms import keep_form
from trace.usecases.accounts.sessions import ended_by_itself

REFUSALS: Final = RefusalPages("enterprise/refused.html", SHEETS)
_MOST_KEPT: Final = 256 * 1024
_SECRET: Final = frozenset({"password", "new", "code"})
"""A form with one of these is never kept."""
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
    limits = SignInLimits(platform)

    @pages.before_request
    def show_menu() -> None:
        g.menu = MENU

    @pages.errorhandler(SignInNeeded)
    def ask_to_sign_in(_: SignInNeeded) -> AnyResponse:
        """Go by way of the sign-in page, and keep what was filled in for whoever's session it was."""
        kept = _kept(platform) if request.method == "POST" else False
        target = "/desk/kept" if kept else request.full_path.rstrip("?")
        return to(reader_of(request).link("/sign-in", next=target, **({"kept": "1"} if kept else {})))

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


def _kept(platform: Platform) -> bool:
    session = ended_by_itself(platform.transactions, read_cookie(SESSION))
    chosen = any(file.filename for file in request.files.values())
    if session is None or chosen or (request.content_length or 0) > _MOST_KEPT:
        return False
    try:
        require_form_token(member=session.membership or "")
    except FormForged:
        return False
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in {FIELD, KEY}]
    if _SECRET & {name for name, _ in fields}:
        return False
    keep_form(platform.transactions, session.person, request.path, fields)
    return True
