"""A workspace's page: the frame's layout with navigation, who is signed in, and what forms need.

A skin gives its menu once; a page says which entry it stands under.

    return desk_page("enterprise/uploads.html", at="uploads", title="上传", rows=rows)

In the template: `{% extends "frame/workspace.html" %}`, blocks `title`, `acts`, `body`; in each form
`{{ form.fields() }}`, the hidden fields without which it is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Response, g
from markupsafe import Markup

from scanner_web.frame.csrf import FIELD, KEY, form_key, form_token
from scanner_web.frame.door import signed_in
from scanner_web.frame.rendering import page

SHEETS: Final = ("workspace.css",)
_ICONS: Final = (
    "shield",
    "home",
    "warn",
    "tick",
    "cross",
    "clock",
    "question",
    "gear",
    "people",
    "store",
    "out",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation: its slug (worded `work.menu.<slug>`), address, icon, the right it takes."""

    slug: str
    address: str
    icon: str
    right: str


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of the navigation that belong together; its slug (worded `work.section.<slug>`), "" for none."""

    slug: str
    entries: tuple[Entry, ...]


class Forms:
    """What a form of ours carries: the session's token, and its own key."""

    def fields(self, key: str = "") -> Markup:
        """The hidden fields; each call gives another key, unless one is given."""
        hidden = Markup('<input type="hidden" name="{}" value="{}">')
        return hidden.format(FIELD, form_token()) + hidden.format(KEY, key or form_key())


def desk_page(
    template: str,
    *,
    at: str,
    status: int = 200,
    icons: Sequence[str] = (),
    sheets: Sequence[str] = (),
    camera: bool = False,
    located: bool = False,
    failed: object = None,
    **shown: object,
) -> Response:
    """A page of somebody who is signed in, under the menu entry `at`; `failed`: goods of the firm that it
    must not sell, told above what the page is about."""
    signed = signed_in()
    menu: Sequence[Section] = g.get("menu", ())
    opened = [(one.slug, [each for each in one.entries if signed.actor.may(each.right)]) for one in menu]
    own = (each.icon for _, entries in opened for each in entries)
    named = dict.fromkeys([*_ICONS, *own, *icons, *(["stop"] if failed else [])])
    return page(
        template, sheets=(*SHEETS, *sheets), status=status, icons=tuple(named), signed=signed,
        menu=[(slug, entries) for slug, entries in opened if entries],
        at=at, form=Forms(), camera=camera, located=located, failed=failed, **shown,
    )  # fmt: skip


def door_page(
    template: str,
    *,
    status: int = 200,
    icons: Sequence[str] = (),
    camera: bool = False,
    located: bool = False,
    **shown: object,
) -> Response:
    """A page before the door: signing in, an invitation, a refusal; without navigation."""
    named = tuple(dict.fromkeys([*_ICONS, *icons]))
    return page(
        template,
        sheets=SHEETS,
        status=status,
        icons=named,
        camera=camera,
        located=located,
        form=Forms(),
        **shown,
    )
