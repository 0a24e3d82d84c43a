"""Messages between authorities: whom they are for, who answers, and what stands in clear."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.admission import refuses
from tests.builders.chain import BUREAU, Chain, good_chain
from trace.chain.facts.exchange import TYPES
from trace.chain.privacy import exposed
from trace.errors import food as refused
from trace.errors import orders as wrong
from trace.parties import REGULATOR_AGRI

OTHER = "12310115MB2F30001X"
AGRI = frozenset({REGULATOR_AGRI})
ABOUT = "urn:message:1"


def sent(chain: Chain, typ: str, data, **how) -> str:
    how = {"by": made.BUREAU, "roles": BUREAU, "sub": ABOUT, **how}
    return chain.state(typ, data, **how).entry.statement_id


@pytest.mark.requirement("S0-21")
@pytest.mark.parametrize("typ", TYPES)
def test_a_message_of_each_type_is_acknowledged_by_whom_it_is_for(typ):
    chain = good_chain()
    message = sent(chain, "oversight.message", orders.a_message(OTHER, type=typ))
    said = orders.an_acknowledgement(message)
    chain.state("oversight.acknowledgement", said, by=OTHER, roles=AGRI, sub=ABOUT)


def test_a_message_of_a_sixth_type_is_refused():
    data = orders.a_message(OTHER, type="rumour")
    refuses(
        good_chain(), refused.FactMalformed, "oversight.message", data,
        by=made.BUREAU, roles=BUREAU, sub=ABOUT,
    )  # fmt: skip


def test_nobody_writes_to_itself():
    data = orders.a_message(made.BUREAU)
    refuses(
        good_chain(), wrong.NotAddressed, "oversight.message", data,
        by=made.BUREAU, roles=BUREAU, sub=ABOUT,
    )  # fmt: skip


@pytest.mark.requirement("S0-09")
def test_a_clue_is_answered_by_whom_it_was_sent_to_and_by_nobody_else():
    chain = good_chain()
    data = {"clue": sent(chain, "oversight.clue", orders.a_clue(OTHER)), "result": "case"}
    how = {"roles": AGRI, "sub": ABOUT}
    refuses(chain, wrong.NotAddressed, "oversight.response", data, by="12310113MB2F30002X", **how)
    chain.state("oversight.response", data, by=OTHER, **how)


def test_a_message_is_no_clue():
    chain = good_chain()
    data = {"clue": sent(chain, "oversight.message", orders.a_message(OTHER)), "result": "case"}
    refuses(chain, wrong.OrderOfOtherKind, "oversight.response", data, by=OTHER, roles=AGRI, sub=ABOUT)


def test_which_firm_it_is_about_is_concealed():
    data = orders.a_message(
        OTHER, party=made.uscc(made.MILL), text="吊销许可", about=[made.statement_id("a")]
    )
    assert exposed("oversight.message", data) == ("about", "party", "text")


@pytest.mark.requirement("S0-21")
def test_a_revision_names_what_was_sent_first_however_often_it_was_revised():
    chain = good_chain()
    first = sent(chain, "oversight.message", orders.a_message(OTHER))
    second = sent(chain, "oversight.message", orders.a_message(OTHER, replaces=first, type="sampling"))
    sent(chain, "oversight.message", orders.a_message(OTHER, replaces=first))
    how = {"by": made.BUREAU, "roles": BUREAU, "sub": ABOUT}
    of_second = orders.a_message(OTHER, replaces=second)
    refuses(chain, refused.AlreadyCorrection, "oversight.message", of_second, **how)


@pytest.mark.parametrize(
    ("refusal", "typ", "to", "how"),
    [
        (refused.NotYourStatement, "oversight.message", OTHER, {"by": "12310113MB2F30002X", "roles": AGRI}),
        (wrong.RevisionReaddressed, "oversight.message", "12310113MB2F30002X", {}),
        (wrong.RevisionReaddressed, "oversight.message", OTHER, {"sub": "urn:message:2"}),
        (wrong.OrderOfOtherKind, "oversight.clue", OTHER, {}),
    ],
)
def test_a_revision_is_of_the_own_message_and_goes_where_that_went(refusal, typ, to, how):
    chain = good_chain()
    first = sent(chain, "oversight.message", orders.a_message(OTHER))
    build = orders.a_clue if typ == "oversight.clue" else orders.a_message
    how = {"by": made.BUREAU, "roles": BUREAU, "sub": ABOUT, **how}
    refuses(chain, refusal, typ, build(to, replaces=first), **how)


def test_a_revision_of_what_is_not_here_is_refused():
    data = orders.a_message(OTHER, replaces=made.statement_id("a"))
    refuses(
        good_chain(), wrong.OrderUnknown, "oversight.message", data, by=made.BUREAU, roles=BUREAU, sub=ABOUT
    )
