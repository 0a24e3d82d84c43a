"""`./greentrace fcl-scores` against what FoodChain-Lab's tutorial and its own tests state."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from click.testing import CliRunner

from cli.main import greentrace
from tests.builders.delivery_tables import rows, settings_in, written

pytestmark = pytest.mark.vectors

COLUMNS = ["ID", "Score", "Normalized Score", "Positive Score", "Negative Score", "Backward", "Forward"]


@pytest.fixture(scope="module")
def facts(vectors):
    return json.loads((vectors / "trace/fcl-unittest/tracing_unittest.json").read_text("utf-8"))


@pytest.fixture
def score(tmp_path, facts):
    """Scores the network of the peer's unit tests under some settings."""
    network = facts["deliveries"]
    stations = dict.fromkeys(one[end] for one in network.values() for end in ("from", "to"))
    lines = [
        (name, one["from"], one["to"], one["departure"] or "", one["arrival"] or "")
        for name, one in network.items()
    ]
    relations = [(name, later) for name, one in network.items() for later in one["next"]]
    folder = written(tmp_path, stations, lines, relations)

    def run(**settings):
        return scored(folder, settings_in(folder, settings), folder / "out")

    return run


def scored(folder, settings, out):
    done = CliRunner().invoke(
        greentrace, ["fcl-scores", str(folder), "--settings", str(settings), "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    return [{row["ID"]: row for row in rows(out / name)} for name in ("stations.csv", "deliveries.csv")]


def flagged(table, column):
    return {name for name, row in table.items() if row[column] == "True"}


def test_the_tutorial_is_written_byte_for_byte_as_the_peer_wrote_it(vectors, tmp_path):
    folder = vectors / "trace/fcl-tracing-myfirst"
    weights = {row["ID"]: float(row["Weight"]) for row in rows(folder / "expected_stations.csv")}
    scored(folder, settings_in(tmp_path, {"station_weights": weights, "temporal": True}), tmp_path)
    for name in ("stations.csv", "deliveries.csv"):
        stated = rows(folder / f"expected_{name}")
        lines = [",".join(COLUMNS), *(",".join(row[column] for column in COLUMNS) for row in stated)]
        assert (tmp_path / name).read_bytes() == "".join(f"{line}\r\n" for line in lines).encode()


def test_what_is_observed_reaches_what_the_peer_says(facts, score):
    expected = facts["expected"]
    for way, column in (("forward", "Forward"), ("backward", "Backward")):
        for name, reached in expected[f"{way}_stations"].items():
            assert flagged(score(observed_stations=[name])[0], column) == set(reached)
        for name, reached in expected[f"{way}_deliveries"].items():
            assert flagged(score(observed_deliveries=[name])[1], column) == set(reached)


@pytest.mark.parametrize("kind", ["station", "delivery"])
def test_cross_contamination_keeps_to_the_dates_or_not(facts, score, kind):
    stated = facts["expected"][f"{kind}_cross_contamination"]
    setting = {"station": "cross_contamination_stations", "delivery": "cross_contamination_deliveries"}[kind]
    for mode, temporal in (("temporal", True), ("no_temporal", False)):
        for claim, truth in stated[mode].items():
            one, other = claim.split("_reaches_")
            found = score(observed_deliveries=[one], temporal=temporal, **{setting: stated["set"]})[1]
            assert (other in flagged(found, "Forward")) is truth, (mode, claim)


def test_kill_steps_of_stations_and_deliveries_cut_as_the_peer_says(score):
    for name in ("F2P2_1", "F3P2_1"):
        assert not flagged(score(kill_stations=["producer2"], observed_deliveries=[name])[1], "Forward")
    for name in ("P2T1_1", "P2T1_2"):
        assert not flagged(score(kill_stations=["producer2"], observed_deliveries=[name])[1], "Backward")
    killed = score(kill_stations=["producer2"], observed_stations=["producer2"])[1]
    assert not flagged(killed, "Forward")
    assert flagged(killed, "Backward") == {"F2P2_1", "F3P2_1"}
    one = score(kill_deliveries=["P2T1_2"], observed_deliveries=["P2T1_2"])[1]
    assert not flagged(one, "Forward")
    assert flagged(one, "Backward") == {"F3P2_1"}
    beyond = score(kill_deliveries=["P2T1_2"], observed_stations=["producer2"])[1]
    assert "P2T1_2" in flagged(beyond, "Forward")
    before = score(kill_deliveries=["P2T1_2"], observed_stations=["trader1"])[1]
    assert "P2T1_2" not in flagged(before, "Backward")


def test_weights_make_the_scores_that_the_peer_says(facts, score):
    stated = facts["expected"]["station_weights"]
    found, _ = score(station_weights=stated["weights"])
    for name, fraction in stated["scores"].items():
        assert float(found[name]["Score"]) == float(Fraction(fraction))
    stated = facts["expected"]["delivery_weights"]
    _, found = score(delivery_weights=stated["weights"])
    for name, fraction in stated["delivery_scores"].items():
        assert float(found[name]["Score"]) == float(Fraction(fraction))


def test_merged_stations_reach_what_their_parts_reach(facts, score):
    stated = facts["expected"]["merge"]
    (name,) = stated["merge"]
    found, _ = score(merge_stations=stated["merge"], observed_stations=[name])
    assert flagged(found, "Forward") == set(stated["forward_stations"])
    assert flagged(found, "Backward") == set(stated["backward_stations"])
    assert next(iter(found)) == name
    assert not {"farm1", "farm2"} & found.keys()
