"""Refusals of organisations' links and of signed link lists.

Malformed
└── SignedLinksMalformed   not a link list with its signature                   reason
Forbidden
└── LinkSubjectForeign     links on another party's product, batch or place     sub, iss
Missing
└── SignedLinksAbsent      this platform signs no link lists                    code
Conflict
└── DefaultLinkTaken       a second default link on one thing                   sub, field
Inadmissible
├── LinkHostNotAllowed     the platform has not allowed this host               host, hosts
├── LinkTypeReserved       only the platform says this                          linkType
└── LinkTitleLanguage      the title is not in the language of its target       title, hreflang
"""

from __future__ import annotations

from trace.errors.base import Conflict, Forbidden, Inadmissible, Malformed, Missing


class SignedLinksMalformed(Malformed):
    code = "signed-links-malformed"


class LinkSubjectForeign(Forbidden):
    code = "link-subject-foreign"


class SignedLinksAbsent(Missing):
    code = "signed-links-absent"


class DefaultLinkTaken(Conflict):
    code = "default-link-taken"


class LinkHostNotAllowed(Inadmissible):
    code = "link-host-not-allowed"


class LinkTypeReserved(Inadmissible):
    code = "link-type-reserved"


class LinkTitleLanguage(Inadmissible):
    code = "link-title-language"
