"""Refusals of signing in through the provider of an organisation's own accounts (OpenID Connect).

Missing
└── ProviderOff          this platform names none
Unavailable
└── ProviderSilent       it does not answer, or not as one                       reason
Unauthenticated
├── ProviderAnswerUnfit  what came back is not of this try, or proves nobody     reason
└── ProviderUnlinked     nobody here has linked that account
Conflict
└── ProviderLinkTaken    the account is linked with somebody else here
"""

from __future__ import annotations

from trace.errors.base import Conflict, Missing, Unauthenticated, Unavailable

__all__ = ["ProviderAnswerUnfit", "ProviderLinkTaken", "ProviderOff", "ProviderSilent", "ProviderUnlinked"]


class ProviderOff(Missing):
    code = "provider-off"


class ProviderSilent(Unavailable):
    code = "provider-silent"


class ProviderAnswerUnfit(Unauthenticated):
    code = "provider-answer-unfit"


class ProviderUnlinked(Unauthenticated):
    code = "provider-unlinked"


class ProviderLinkTaken(Conflict):
    code = "provider-link-taken"
