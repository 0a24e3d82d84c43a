"""Delivery tables as files come from anywhere, and settings that would change the answer unseen."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from cli.main import greentrace
from tests.builders.delivery_tables import rows, settings_in, written

# A mill sends to a baker, who sends to two shops; one shop sends back, and the mill keeps its own bran.
STATIONS = ("mill", "baker", "shop1", "shop2", "idle")
DELIVERIES = (
    ("f1", "mill", "baker", "2026-01-02", "2026-01-03"),
    ("f2", "mill", "baker", "", "2026-01-09"),
    ("b1", "baker", "shop1", "2026-01-05", ""),
    ("b2", "baker", "shop2", "2026-01", ""),
    ("r1", "shop1", "baker", "2026-01-06", ""),
    ("own", "mill", "mill", "", ""),
)
RELATIONS = (("f1", "b1"), ("b1", "r1"), ("r1", "b2"), ("r1", "b1"), ("own", "f1"), ("own", "own"))


@pytest.fixture
def run(tmp_path):
    def score(folder=None, **settings):
        folder = folder or written(tmp_path / "in", STATIONS, DELIVERIES, RELATIONS)
        asked = ["--lang", "en", "fcl-scores", str(folder), "--out", str(tmp_path / "out")]
        return CliRunner().invoke(greentrace, [*asked, "--settings", str(settings_in(tmp_path, settings))])

    return score


@pytest.fixture
def scores(run, tmp_path):
    def score(folder=None, **settings):
        done = run(folder, **settings)
        assert done.exit_code == 0, done.output
        return [
            {row["ID"]: row for row in rows(tmp_path / "out" / name)}
            for name in ("stations.csv", "deliveries.csv")
        ]

    return score


def column(table, name):
    return {key: row[name] for key, row in table.items()}


def flagged(table, name):
    return {key for key, value in column(table, name).items() if value == "True"}


def test_a_ring_is_followed_to_its_end_and_weighs_once(scores):
    stations, deliveries = scores(delivery_weights={"b1": 2, "b2": 1}, observed_deliveries=["b1"])
    third = str(1 / 3)
    assert column(deliveries, "Score") == {
        "f1": "1.0", "f2": "0.0", "b1": "1.0", "b2": third, "r1": "1.0", "own": "1.0",
    }  # fmt: skip
    assert column(stations, "Score") == {
        "mill": "1.0", "baker": "1.0", "shop1": "1.0", "shop2": "0.0", "idle": "0.0",
    }  # fmt: skip
    assert flagged(deliveries, "Forward") == {"b1", "r1", "b2"}
    assert flagged(deliveries, "Backward") == {"own", "f1", "r1", "b1"}


def test_a_delivery_that_went_into_itself_is_not_beyond_itself(scores):
    _, deliveries = scores(observed_deliveries=["own"])
    assert "own" not in flagged(deliveries, "Forward") | flagged(deliveries, "Backward")


def test_a_weight_below_zero_counts_against(scores):
    stations, _ = scores(station_weights={"shop1": 1, "shop2": -0.5, "idle": "1"} | {"idle": 1})
    assert stations["shop1"]["Score"] == str(0.5 / 2)
    assert (stations["shop2"]["Score"], stations["shop2"]["Negative Score"]) == ("-0.25", "1.0")
    assert (stations["shop1"]["Positive Score"], stations["idle"]["Normalized Score"]) == ("0.5", "1.0")


def test_dates_decide_what_cross_contamination_adds_and_an_override_moves_them(scores):
    def beyond(**settings):
        return flagged(
            scores(cross_contamination_stations=["baker"], observed_deliveries=["f2"], **settings)[1],
            "Forward",
        )

    assert beyond() == {"b2"}  # all January may be after the 9th, the 5th is not
    assert beyond(temporal=False) == {"b1", "b2", "r1"}
    assert beyond(date_overrides={"b1": "2026-01-09"}) == {"b1", "b2", "r1"}


def test_tables_come_with_marks_quotes_other_columns_and_without_relations(scores, tmp_path):
    folder = tmp_path / "foreign"
    folder.mkdir()
    stations = '\ufeffName,ID\r\n"Mühle, alt",1\r\n"Bäcker ""B""",2\r\n\r\n'
    (folder / "in_stations.csv").write_bytes(stations.encode())
    (folder / "in_deliveries.csv").write_text('to;"ID";from\n2;d1;1\n', "utf-8")
    found, deliveries = scores(folder, station_weights={"2": 0.1})
    assert column(found, "Score") == {"1": "1.0", "2": "1.0"}
    assert column(deliveries, "Score") == {"d1": "1.0"}
    (folder / "in_relations.csv").write_text("", "utf-8")
    assert scores(folder, station_weights={"2": 0.1})[0] == found


def test_rows_that_refer_to_nothing_are_told_and_count_for_nothing(run, tmp_path):
    folder = written(
        tmp_path / "in",
        STATIONS,
        [*DELIVERIES, ("x", "mill", "nowhere", "", "")],
        [*RELATIONS, ("f2", "nothing")],
    )
    done = run(folder, delivery_weights={"x": 1, "b1": 1}, observed_deliveries=["x"])
    assert done.exit_code == 0, done.output
    assert "in_deliveries.csv, row 8: nowhere does not exist" in done.stderr
    assert "in_relations.csv, row 8: nothing does not exist" in done.stderr


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"observed": ["mill"]}, "score-setting-unknown"),
        ({"temporal": 1}, "score-setting-malformed"),
        ({"station_weights": {"mill": "1"}}, "score-setting-malformed"),
        ({"station_weights": {"mill": True}}, "score-setting-malformed"),
        ({"station_weights": {"mill": float("nan")}}, "score-setting-malformed"),
        ({"station_weights": ["mill"]}, "score-setting-malformed"),
        ({"date_overrides": {"b1": "soon"}}, "score-setting-malformed"),
        ({"date_overrides": {"b1": "2026-02-30"}}, "score-setting-malformed"),
        ({"kill_stations": "mill"}, "score-setting-malformed"),
        ({"merge_stations": {"all": "mill"}}, "score-setting-malformed"),
        ({"kill_stations": ["Mill"]}, "score-id-unknown"),
        ({"observed_deliveries": ["mill"]}, "score-id-unknown"),
        ({"date_overrides": {"b9": "2026-01-01"}}, "score-id-unknown"),
        ({"merge_stations": {"all": ["mill", "miller"]}}, "score-id-unknown"),
        ({"merge_stations": {"a": ["mill"], "b": ["mill"]}}, "score-merge-twice"),
        ({"merge_stations": {"idle": ["mill", "baker"]}}, "score-merge-twice"),
    ],
)
def test_settings_that_would_mislead_are_refused_and_nothing_is_written(run, tmp_path, settings, code):
    done = run(**settings)
    assert done.exit_code == 1
    assert f"[{code}]" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("settings", ["", "[]", '{"temporal": true', '{"temporal": true, "temporal": false}'])
def test_settings_that_are_no_object_are_refused(run, tmp_path, settings):
    folder = written(tmp_path / "in", STATIONS, DELIVERIES, RELATIONS)
    (tmp_path / "odd.json").write_text(settings, "utf-8")
    asked = [
        "fcl-scores",
        str(folder),
        "--settings",
        str(tmp_path / "odd.json"),
        "--out",
        str(tmp_path / "o"),
    ]
    done = CliRunner().invoke(greentrace, asked)
    assert (done.exit_code, "[score-settings-unreadable]" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("file", "text", "code"),
    [
        ("in_stations.csv", None, "delivery-table-missing"),
        ("in_deliveries.csv", None, "delivery-table-missing"),
        ("in_stations.csv", "", "delivery-column-missing"),
        ("in_deliveries.csv", "ID,from\n1,mill\n", "delivery-column-missing"),
        ("in_stations.csv", "ID\nmill\n mill\n", "delivery-id-twice"),
        ("in_stations.csv", "ID,Name\nmill,M\n,N\n", "delivery-id-missing"),
    ],
)
def test_tables_that_cannot_be_meant_are_refused(run, tmp_path, file, text, code):
    folder = written(tmp_path / "in", STATIONS, DELIVERIES, RELATIONS)
    (folder / file).unlink() if text is None else (folder / file).write_text(text, "utf-8")
    done = run(folder)
    assert (done.exit_code, f"[{code}]" in done.stderr) == (1, True), done.output


def test_without_settings_nothing_weighs(tmp_path):
    folder = written(tmp_path / "in", STATIONS, DELIVERIES, RELATIONS)
    done = CliRunner().invoke(greentrace, ["fcl-scores", str(folder), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert {row["Score"] for row in rows(tmp_path / "out" / "stations.csv")} == {"0.0"}
