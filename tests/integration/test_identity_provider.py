"""What a provider says of a person is believed only where its own key signed it for this very try."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.simulators.identity_provider import CLIENT, Provider, identity_provider
from trace.errors import ProviderAnswerUnfit, ProviderOff, ProviderSilent
from trace.exchange.identity_provider import IdentityProvider
from trace.usecases.accounts.provider_sign_in import SIGN_IN, Returned, answered, begin, new_secret

URL = "https://id.trace.test"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with identity_provider() as found:
        yield found


@pytest.fixture(autouse=True)
def as_it_should_be(provider: Provider) -> None:
    provider.claims, provider.form, provider.named = {}, "", ""


def gone_and_back(provider: Provider, *, begun: float = 0.0) -> tuple[IdentityProvider, Returned]:
    ours = IdentityProvider(provider.issuer, CLIENT, "a secret of ours")
    secret = new_secret(begun or time.time())
    said = provider.let_in(begin(ours, secret, SIGN_IN, URL), "wang-7")
    return ours, Returned(secret, said["state"], said["code"], said["iss"], "")


def outcome(ours: IdentityProvider, back: Returned, purpose: str = SIGN_IN) -> str:
    """The account, or the reason of the refusal."""
    try:
        return answered(ours, back, purpose, URL, time.time())
    except ProviderAnswerUnfit as refusal:
        return str(refusal.params["reason"])


def test_who_was_let_in_is_known_by_issuer_and_subject_once(provider):
    ours, back = gone_and_back(provider)
    asked = provider.asked[-1]
    assert (asked["scope"], asked["code_challenge_method"]) == ("openid", "S256")
    assert asked["redirect_uri"] == f"{URL}/sign-in/provider/back"
    assert outcome(ours, back) == f"{provider.issuer} wang-7"
    assert outcome(ours, back) == "code-refused", "a code is good once"


def test_an_answer_to_another_try_is_none(provider):
    ours, back = gone_and_back(provider)
    _, other = gone_and_back(provider)
    assert outcome(ours, replace(back, state=other.state)) == "not-this-try"
    assert outcome(ours, replace(back, secret=other.secret)) == "not-this-try"
    assert outcome(ours, replace(back, secret="", state="")) == "not-this-try"
    assert outcome(ours, back, purpose="person-1") == "not-this-try", "to sign in is not to link"
    assert outcome(ours, replace(back, issuer="https://another.example")) == "not-this-try"
    assert outcome(ours, replace(back, code="", error="access_denied")) == "code-refused"
    assert outcome(ours, replace(back, code=other.code)) == "code-refused", "another's code: its verifier"
    assert outcome(*gone_and_back(provider, begun=time.time() - 601)) == "too-late"


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "another-client"}, {"aud": None}, {"aud": []},
        {"aud": [CLIENT, "another"]}, {"azp": "another"}, {"iss": "https://another.example"}, {"iss": None},
        {"exp": 1_000_000_000}, {"exp": None}, {"iat": 1_000_000_000}, {"iat": 4_000_000_000}, {"iat": None},
        {"sub": None}, {"sub": ""}, {"sub": 7}, {"sub": "x" * 256},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_says_otherwise_proves_nobody(provider, claims):
    provider.claims = claims
    assert outcome(*gone_and_back(provider)) == "token-unfit"


@pytest.mark.parametrize("form", ["none", "another-key"])
def test_a_token_that_its_key_did_not_sign_proves_nobody(provider, form):
    provider.form = form
    assert outcome(*gone_and_back(provider)) == "token-unfit"


def test_a_token_for_several_names_us_as_who_asked(provider):
    provider.claims = {"aud": [CLIENT, "another"], "azp": CLIENT}
    assert outcome(*gone_and_back(provider)).endswith(" wang-7")


def test_a_provider_that_is_down_or_another_is_said_to_be(provider):
    ours, back = gone_and_back(provider)
    provider.named = "https://another.example"
    with pytest.raises(ProviderSilent, match="another-issuer"):
        answered(ours, back, SIGN_IN, URL, time.time())
    for issuer, reason in (("http://accounts.example", "not-https"), ("http://127.0.0.1:9", "no-connection")):
        with pytest.raises(ProviderSilent) as refused:
            begin(IdentityProvider(issuer, CLIENT), new_secret(time.time()), SIGN_IN, URL)
        assert refused.value.params["reason"] == reason
    with pytest.raises(ProviderOff):
        begin(None, new_secret(time.time()), SIGN_IN, URL)
