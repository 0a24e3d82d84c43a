"""Passkeys (WebAuthn, level 2) as a second step: asked for with a challenge, checked by the kept library.

A passkey belongs to the host at which it was made, and answers there alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes as bytes_of
from webauthn.helpers import bytes_to_base64url as b64u_of
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from trace.errors import CodeWrong


@dataclass(frozen=True, slots=True)
class Place:
    """Where a browser is: the host that its passkeys belong to, and the origin that it tells."""

    host: str
    origin: str
    challenge: bytes


@dataclass(frozen=True, slots=True)
class Passkey:
    """What is kept of a passkey, all of it public: its id and key in base64url, its counter, its host."""

    id: str
    key: str
    count: int
    host: str


def options_to_make(place: Place, login: str, name: str, person: str, known: Iterable[Passkey]) -> str:
    """What a browser needs to make one, as JSON; those that are known are not made again."""
    options = generate_registration_options(
        rp_id=place.host,
        rp_name="GreenTrace 绿溯",
        user_name=login,
        user_display_name=name,
        user_id=person.encode(),
        challenge=place.challenge,
        exclude_credentials=_described(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return options_to_json(options)


def made(answer: str, place: Place) -> Passkey:
    """The new passkey that a browser answered with; raises CodeWrong."""
    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=place.challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise CodeWrong from None
    return Passkey(
        b64u_of(found.credential_id), b64u_of(found.credential_public_key), found.sign_count, place.host
    )


def options_to_use(place: Place, known: Iterable[Passkey]) -> str:
    """What a browser needs to answer with one of these, as JSON."""
    options = generate_authentication_options(
        rp_id=place.host,
        challenge=place.challenge,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return options_to_json(options)


def used(answer: str, place: Place, known: Passkey) -> int:
    """The counter of a passkey after its answer; raises CodeWrong, also where the counter went back."""
    try:
        found = verify_authentication_response(
            credential=answer,
            expected_challenge=place.challenge,
            expected_rp_id=known.host,
            expected_origin=place.origin,
            credential_public_key=bytes_of(known.key),
            credential_current_sign_count=known.count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise CodeWrong from None
    return found.new_sign_count


def _described(known: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=bytes_of(one.id)) for one in known]
