"""What a reader may assume of a trace, over HTTP and by command, and what the document says of it."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from werkzeug.test import Client

from api.wsgi import composed
from cli.main import greentrace
from tests.builders import rice as rice_story
from tests.builders.cases import OFFICER, accredit, cases, fail, somebody
from tests.builders.documents import whole
from tests.builders.traced_chain import BUREAU, D1, H1, K1, M1, MILL, P1, TOFU_MAKER, made, october
from trace.platform.opening import open_platform
from trace.store.chain.effects import write_effects
from trace.usecases.casework.goods_of_case import goods_of_case
from trace.usecases.lots.trace_lineage import Reading, trace_lineage

H2, P2 = made.lot(made.COOPERATIVE, "H2"), made.lot(MILL, "P2")


@pytest.fixture
def two_runs(chain):
    """Two runs of M1: the second takes the rework of M2, made of H2."""
    for number in (1, 2):
        chain.hand_over(number, 1_000)
    chain.produce("M1", [("R1", 1_000)], [("P1", 900)], loss=100, hours=("12 08:00", "12 10:00"))
    chain.produce("M2", [("R2", 1_000)], [("W2", 900, "rework")], loss=100, hours=("12 08:00", "12 10:00"))
    chain.produce("M1", [("W2", 900, "rework")], [("P2", 800)], loss=100, hours=("12 14:00", "12 16:00"))
    return chain


def traced(chain, lot: str, direction: str, **assumed):
    return whole(
        trace_lineage(chain.platform.transactions, lot, direction, BUREAU, reading=Reading(**assumed))
    )


def lots(document) -> set[str]:
    return {each["lot"] for each in document["lots"]}


def test_time_may_be_ignored_and_what_it_excluded_is_named(two_runs):
    timed = traced(two_runs, P1, "upstream")
    assert H2 not in lots(timed)
    (gone,) = [each for each in timed["excluded"] if each["reason"] == "time"]
    assert (gone["lot"], gone["at"]) == (made.lot(MILL, "W2"), M1)
    beyond = {each["lot"]: (each["reason"], each["via"]) for each in timed["excluded"]}
    assert beyond[H2] == ("beyond-excluded", made.lot(MILL, "W2")), "what hangs on it is told too"
    assert H2 in lots(traced(two_runs, P1, "upstream", ignore_time=True))


def test_a_case_says_why_lots_do_not_count(two_runs):
    accredit(two_runs)
    fail(two_runs, P1)
    tx = two_runs.platform.transactions
    goods = goods_of_case(tx, somebody(tx, "陈办", OFFICER), cases(tx)[0])
    told = [(each["lot"], each["reason"], each["way"]) for each in goods.excluded]
    assert told[0] == (made.lot(MILL, "W2"), "time", "up")
    assert (H2, "beyond-excluded", "up") in told[1:]
    assert goods.left_out == len(told)


def test_a_treatment_ends_the_trace_behind_it(two_runs):
    document = traced(two_runs, H1, "downstream", kill_steps=[M1])
    assert M1 in lots(document)
    assert P1 not in lots(document)
    assert document["assumptions"]["killSteps"] == [M1]
    assert {each["lot"] for each in document["excluded"]} == {P1, P2}


def test_a_start_counts_since_a_moment(two_runs):
    later = traced(two_runs, M1, "downstream", since=october("12 12:00"))
    assert lots(later) == {M1, P2}


def test_goods_below_a_recall_say_so_and_links_between_firms_are_no_disputed_records(rice):
    sent = rice.chain.ship("D1", 1_000, K1, to=TOFU_MAKER, report=rice.report)
    rice.chain.receive("X1", 1_000, sent, by=TOFU_MAKER, at="14 11:00")
    rice.chain.recall(H1)
    document = traced(rice.chain, K1, "downstream")
    assert {each["lot"]: each.get("order") for each in document["lots"]} == dict.fromkeys(
        lots(document), "source-recalled"
    )
    assert {each["state"] for each in document["records"]} == {"signed"}
    assert D1 in lots(document)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with the rice of the story in its tables."""
    data = tmp_path / "data"
    made_one = CliRunner().invoke(
        greentrace,
        [
            "init",
            str(data),
            "--role",
            "food",
            "--origin",
            rice_story.FOOD_LOG,
            "--public-url",
            "https://id.example.org",
        ],
    )
    assert made_one.exit_code == 0, made_one.output
    platform = open_platform(data)
    with platform.transactions.begin("test") as tx:
        write_effects(tx.connection, rice_story.rice_story())
    platform.close()
    return data


def asked(*arguments: str):
    return CliRunner().invoke(greentrace, ["trace", *arguments])


def test_a_data_folder_is_traced_by_command(folder):
    back = asked(rice_story.K1, "--data", str(folder))
    assert back.exit_code == 0, back.output
    assert back.output.splitlines()[0].split()[-2:] == ["凭谁登记", "状态"]
    assert "52.1 %" in back.output
    forth = asked(rice_story.H2, "--down", "--ignore-time", "--data", str(folder), "--lang", "en")
    assert "Assumed: time excludes nothing" in forth.output
    document = orjson.loads(asked(rice_story.K1, "--json", "--data", str(folder)).output)
    assert document["assumptions"]["ignoreTime"] is False
    unknown = asked("urn:lot:9131:NONE", "--data", str(folder))
    assert unknown.exit_code == 1
    assert "urn:lot:9131:NONE" in unknown.output


def test_the_same_is_asked_over_http(folder):
    platform = open_platform(folder)
    client = Client(composed(platform, ()))
    path = f"/api/v1/lots/{rice_story.K1}/upstream"
    answer = client.get(
        path, query_string=[("killSteps", rice_story.H1), ("since", "2026-10-05T08:00:00+08:00")]
    )
    assert answer.status_code == 200, answer.text
    for wrong in ({"since": "2026-10-05"}, {"ignoreTime": "perhaps"}):
        assert client.get(path, query_string=wrong).status_code == 400
    assert client.get(path, query_string={"killSteps": "urn:lot:9131:NONE"}).status_code == 404
    platform.close()


@pytest.mark.parametrize(
    "arguments", [[], ["--data", ".", "--server", "http://localhost"], ["--data", ".", "--since", "soon"]]
)
def test_a_question_that_cannot_be_meant_is_refused(arguments):
    assert asked("urn:lot:9131:K1", *arguments).exit_code == 2
