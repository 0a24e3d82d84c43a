"""Refusals of people who sign in: who they are, what they may, what their form says.

Unauthenticated
├── SignInNeeded         the page is for people who are signed in
├── CodeWrong            a second step that does not fit, or was used
├── CodeClockOff         a code of another time                    minutes
└── SignInFailed         name and password do not fit together
Forbidden
├── PasswordWrong        not one's own password
├── RightMissing         none of one's roles opens the page        scope
├── RoleNotYours         a role that one does not give             role
├── FormForged           a form that did not come from our page
└── DemoOnly             an account of a demo, elsewhere
Missing
├── ApplicationUnknown   no such application
├── InvitationUnknown    no invitation, or not any longer
├── DeputyUnknown        no deputy that is one's business
└── MemberUnknown        nobody of that number in this organisation
Malformed
├── LoginUnfit           no sign-in name                           shortest, longest
├── PasswordUnfit        a password that is guessed first          reason, shortest, longest
├── ApplicationUnfit     a kind or role that nobody can apply as
├── ReasonMissing        a refusal without a reason                longest
├── DeputyUnfit          nobody, no time or no role to lend        reason, days, longest
├── MailAddressUnfit     nothing that mail can be sent to
├── MailCodeWrong        not the code that was sent, or too late   tries
├── NameUnfit            no name of a person                       longest
├── CardUnfit            no number of an inspector's card
└── RolesUnfit           roles that this organisation has not      roles
Conflict
├── ApplicationDecided   another registrar was quicker
├── OrganisationKnown    it is taken in, or its application waits
├── CardTaken            another member has this card              card
├── LoginTaken           somebody has this sign-in name
└── LastHead             nobody would be left to bring others in
TooMany
├── MailCodesTooMany     codes to addresses that nobody confirmed  most
└── SignInsTooMany       wait, then try again                      seconds
"""

from __future__ import annotations

from trace.errors.base import Conflict, Forbidden, Malformed, Missing, TooMany, Unauthenticated

__all__ = [
    "ApplicationDecided",
    "ApplicationUnfit",
    "ApplicationUnknown",
    "CardTaken",
    "CardUnfit",
    "CodeClockOff",
    "CodeWrong",
    "DemoOnly",
    "DeputyUnfit",
    "DeputyUnknown",
    "FormForged",
    "InvitationUnknown",
    "LastHead",
    "LoginTaken",
    "LoginUnfit",
    "MailAddressUnfit",
    "MailCodeWrong",
    "MailCodesTooMany",
    "MemberUnknown",
    "NameUnfit",
    "OrganisationKnown",
    "PasswordUnfit",
    "PasswordWrong",
    "ReasonMissing",
    "RightMissing",
    "RoleNotYours",
    "RolesUnfit",
    "SignInFailed",
    "SignInNeeded",
    "SignInsTooMany",
]


class SignInNeeded(Unauthenticated):
    """The page is for people who are signed in."""

    code = "sign-in-needed"


class SignInFailed(Unauthenticated):
    """Name and password do not fit together; the same for a name that nobody has."""

    code = "sign-in-failed"


class RightMissing(Forbidden):
    """None of the person's roles opens the page; params: scope (needed)."""

    code = "right-missing"


class RoleNotYours(Forbidden):
    """A role that only who has it, or who runs the platform, gives to others; params: role."""

    code = "role-not-yours"


class FormForged(Forbidden):
    """The form does not carry what our page gave this session."""

    code = "form-forged"


class DemoOnly(Forbidden):
    """An account of a demo signs in where the log is a demo's, and nowhere else."""

    code = "demo-only"


class CodeWrong(Unauthenticated):
    """A code, recovery code or passkey that does not fit, or that was used before."""

    code = "code-wrong"


class CodeClockOff(Unauthenticated):
    """A code of another time: the phone's clock, or this server's, is off; params: minutes."""

    code = "code-clock-off"


class PasswordWrong(Forbidden):
    """Not the password of the person who is signed in."""

    code = "password-wrong"


class ApplicationUnknown(Missing):
    """No application of that number or link, or none that is open for this."""

    code = "application-unknown"


class ApplicationUnfit(Malformed):
    """A kind of organisation or a role in the chain that nobody can apply as."""

    code = "application-unfit"


class ApplicationDecided(Conflict):
    """The application was decided already."""

    code = "application-decided"


class OrganisationKnown(Conflict):
    """The organisation is taken in, is led by somebody, or its application waits."""

    code = "organisation-known"


class ReasonMissing(Malformed):
    """Whoever is refused reads why; params: longest."""

    code = "reason-missing"


class InvitationUnknown(Missing):
    """No such invitation, or it was used, withdrawn or ended."""

    code = "invitation-unknown"


class MemberUnknown(Missing):
    """Nobody of that number is a member of this organisation."""

    code = "member-unknown"


class DeputyUnknown(Missing):
    """No deputy of that number that is one's business, or no organisation in which to have one."""

    code = "deputy-unknown"


class DeputyUnfit(Malformed):
    """Nobody, no time, no reason or no role that can be lent; params: reason, days (at most), longest (of
    the reason)."""

    code = "deputy-unfit"


class LoginUnfit(Malformed):
    """Not a sign-in name; params: shortest, longest."""

    code = "login-unfit"


class PasswordUnfit(Malformed):
    """A password that is guessed first; params: reason, shortest, longest."""

    code = "password-unfit"


class MailAddressUnfit(Malformed):
    """Nothing that mail can be sent to."""

    code = "mail-address-unfit"


class MailCodeWrong(Malformed):
    """Not the code that was sent to the address, too late or tried too often; params: tries (left)."""

    code = "mail-code-wrong"


class MailCodesTooMany(TooMany):
    """As many codes as one may have sent within a day; params: most."""

    code = "mail-codes-too-many"


class CardUnfit(Malformed):
    """No number of an inspector's card (执法证号)."""

    code = "card-unfit"


class CardTaken(Conflict):
    """Another member of the authority has this card; params: card."""

    code = "card-taken"


class NameUnfit(Malformed):
    """Not the name of a person or an organisation; params: longest."""

    code = "name-unfit"


class RolesUnfit(Malformed):
    """Roles that this kind of organisation has not, or none at all; params: roles."""

    code = "roles-unfit"


class LoginTaken(Conflict):
    """Somebody has this sign-in name."""

    code = "login-taken"


class LastHead(Conflict):
    """Nobody would be left who brings others in."""

    code = "last-head"


class SignInsTooMany(TooMany):
    """Tried too often from one address, for one account from there, or by one person; params: seconds."""

    code = "sign-ins-too-many"
