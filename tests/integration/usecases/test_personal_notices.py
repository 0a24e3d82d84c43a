"""What reaches a person by mail: an address that was confirmed, news once, recalls whatever was chosen."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.cases import HEAD, OFFICER, REVIEWER, accredit, cases, fail, somebody, step
from tests.builders.traced_chain import K1, MILL, SHOP, TracedChain
from tests.servers.platform import TestPlatform
from tests.simulators.notice_receivers import smtp_server, webhook_receiver
from trace.errors import MailAddressUnfit, MailCodesTooMany, MailCodeWrong
from trace.exchange.notice_channels import MailChannel, WebhookChannel
from trace.oversight.notice_kinds import AT_ONCE, DAILY, KINDS, MAIL, PAGE, kinds_for
from trace.parties import Actor
from trace.platform.notice_texts import notice_text
from trace.store.accounts.notice_choices import ChoiceRow, put_choice
from trace.store.accounts.people import (
    Organisation,
    add_membership,
    add_organisation,
    add_person,
    find_person,
    memberships_of,
)
from trace.usecases.accounts.sessions import SignedIn, actor_of
from trace.usecases.duties.personal_notices import (
    MOST_CODES,
    Wish,
    ask_address,
    choose,
    confirm_address,
    plan_personal_notices,
    read_choice,
)
from trace.usecases.messages.send_notices import send_notices

HERS = "wang@mill.example"


def member(platform: TestPlatform, firm: str) -> SignedIn:
    with platform.transactions.begin("test") as tx:
        urn = made.uscc(firm)
        add_organisation(tx.connection, Organisation(urn, "瀛东米业", "operator"), tx.now)
        number = add_person(tx.connection, "wang", "王敏", tx.now)
        add_membership(tx.connection, number, urn, ["head"], None, tx.now)
        who, (of,) = find_person(tx.connection, number), memberships_of(tx.connection, number)
    assert who is not None
    return SignedIn("", who, of, (of,), actor_of(who, of))


def key() -> str:
    return secrets.token_urlsafe(24)


def test_mail_goes_to_a_confirmed_address_and_says_how_many_of_what(databases, clock) -> None:
    with (
        TestPlatform(databases.migrated("sqlite"), clock) as platform,
        smtp_server() as box,
        webhook_receiver() as hook,
    ):
        chain, tx = TracedChain(platform, clock), platform.transactions
        report = chain.packed_rice()
        sent = chain.ship("D1", 400, K1, to=SHOP, report=report)
        chain.receive("S1", 400, sent, by=SHOP, at="15 09:00", role="goods")
        her = member(platform, MILL)
        channels = [
            WebhookChannel(hook.url, b"a secret that both sides hold"),
            MailChannel(f"smtp://127.0.0.1:{box.port}", "house@trace.example", "duty@trace.example"),
        ]

        def mailed() -> list[str]:
            before = len(box.taken)
            plan_personal_notices(tx, "https://id.trace.test")
            send_notices(tx, channels, notice_text)
            return [one.get_content() for one in box.taken[before:]]

        assert mailed() == [], "nobody gave an address"
        for wrong in ("wang", "a@b", "a@b.cn\nBcc: x@y.cn", "a@b.cn, c@d.cn"):
            with pytest.raises(MailAddressUnfit):
                ask_address(tx, her, key(), wrong)
        ask_address(tx, her, key(), HERS)
        (first,) = mailed()
        assert box.receivers == [HERS]
        code = re.search(r"\d{8}", first)[0]
        for left in (4, 3):
            with pytest.raises(MailCodeWrong) as refused:
                confirm_address(tx, her, "00000000x")
            assert refused.value.params["tries"] == left
        confirm_address(tx, her, code)
        with pytest.raises(MailCodeWrong):
            confirm_address(tx, her, code)
        assert mailed() == [], "who chose nothing is told on the page alone"
        # Once a day, after seven, and only what is new.
        choose(tx, her, key(), Wish(MAIL, DAILY, sorted(set(KINDS) - {"stock"})))
        assert {"stock"} == read_choice(tx, her).choice.muted
        clock.advance(datetime.fromisoformat("2026-10-20T06:00:00+08:00") - clock())
        assert mailed() == []
        clock.advance(timedelta(hours=2))
        (day,) = mailed()
        assert "周排查报告待填" in day
        assert "weekly reports" in day, "and in English under it"
        assert "瀛东米业" in day
        assert "K1" not in day
        assert mailed() == []
        # A recall goes out at once to who chose the page alone.
        choose(tx, her, key(), Wish(PAGE, DAILY, []))
        recall = orders.a_firm_recall(K1, level="2", foundAt="2026-10-20T06:30:00+08:00")
        chain.state(MILL, "food.recall", K1, recall, "20 08:10")
        (urgent,) = mailed()
        assert "召回" in urgent
        assert "周排查" not in urgent
        assert mailed() == []
        # At once: what she missed meanwhile, once. Without an address nothing more.
        choose(tx, her, key(), Wish(MAIL, AT_ONCE, list(KINDS)))
        mailed()
        clock.advance(timedelta(hours=60))
        assert "已逾期" in "".join(mailed()), "late is news"
        for _ in range(MOST_CODES):
            ask_address(tx, her, key(), "stranger@else.example")
        with pytest.raises(MailCodesTooMany):
            ask_address(tx, her, key(), "stranger@else.example")
        clock.advance(timedelta(hours=25))
        ask_address(tx, her, key(), "stranger@else.example")
        ask_address(tx, her, key(), "")
        clock.advance(timedelta(days=5))
        assert mailed() == []
        assert read_choice(tx, her).address == ""
        assert hook.taken == [], "what goes to one person goes to no machine"


def test_officers_are_mailed_cases_of_their_own_and_those_of_nobody(databases, clock) -> None:
    with TestPlatform(databases.migrated("sqlite"), clock) as platform, smtp_server() as box:
        chain, tx = TracedChain(platform, clock), platform.transactions
        accredit(chain)
        chain.packed_rice()
        fail(chain)
        officers = [somebody(tx, name, OFFICER, REVIEWER, *more) for name, more in (
            ("甲", ()), ("乙", ()), ("丙", (HEAD,)), ("丁", ()),
        )]  # fmt: skip
        mail = MailChannel(f"smtp://127.0.0.1:{box.port}", "house@trace.example", "duty@trace.example")
        for one, wish in zip(officers, (*[Wish(MAIL, AT_ONCE, ["cases"])] * 3, Wish(MAIL, AT_ONCE, [])),
                             strict=True):  # fmt: skip
            with tx.begin("test") as begun:
                put_choice(begun.connection, ChoiceRow(one.person, address=f"{one.person}@bureau.example"))
            choose(tx, seated(tx, one), key(), wish)

        def mailed() -> dict[str, str]:
            before = len(box.taken)
            plan_personal_notices(tx, "https://id.trace.test")
            send_notices(tx, [mail], notice_text)
            names = [one.person for one in officers]
            return {
                "甲乙丙丁"[names.index(str(one["To"]).partition("@")[0])]: one.get_content()
                for one in box.taken[before:]
            }

        first = mailed()
        assert sorted(first) == ["丙", "乙", "甲"], "whoever wants none is told on the page alone"
        assert "七天内新收到的案件" in first["甲"]
        assert "https://id.trace.test/office" in first["甲"]
        assert cases(tx)[0].number not in first["甲"], "how many, and nothing of a case"
        assert mailed() == {}
        step(tx, officers[0], "take")
        assert mailed() == {}, "what one sees to is no news"
        clock.advance(timedelta(days=400))
        assert sorted(mailed()) == ["丙", "甲"], "overdue: whose it is, and who leads"


def seated(tx, actor: Actor) -> SignedIn:
    with tx.look() as looked:
        who, (of,) = (
            find_person(looked.connection, actor.person),
            memberships_of(looked.connection, actor.person),
        )
    assert who is not None
    signed = SignedIn("", who, of, (of,), actor_of(who, of))
    assert set(kinds_for(signed.actor.scopes)) == {"cases", "figures"}
    return signed
