from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from trace.chain.effects import Interval
from trace.chain.lineage.arcs import Arc, GraphInMemory
from trace.chain.lineage.closure import Assumptions, Closure, trace_down, trace_up
from trace.chain.lineage.open_ends import open_ends

DAY_0 = datetime(2026, 6, 1, tzinfo=UTC)


def day(number: int | None) -> Interval:
    if number is None:
        return Interval(None, None)
    moment = DAY_0 + timedelta(days=number)
    return Interval(moment, moment)


class Story:
    """A small graph with readable names: `Story("H1>R1 1 2", …)`, days or ? for departure and arrival."""

    def __init__(self, *lines: str, states: dict[str, str] | None = None) -> None:
        self.ids: dict[str, int] = {}
        self.arcs: list[Arc] = []
        for number, line in enumerate(lines):
            ends, *days = line.split()
            upper, lower = ends.split(">")
            left, arrived = (None if written == "?" else int(written) for written in days)
            state = (states or {}).get(ends, "signed")
            self.arcs.append(
                Arc(
                    number,
                    self[upper],
                    self[lower],
                    "transform",
                    None,
                    None,
                    day(left),
                    day(arrived),
                    state,
                    ends,
                )
            )
        self.graph = GraphInMemory(self.arcs)

    def between(self, *ends: str) -> Story:
        """The same with these links between two firms."""
        self.arcs = [replace(arc, kind="receive") if arc.statement in ends else arc for arc in self.arcs]
        self.graph = GraphInMemory(self.arcs)
        return self

    def __getitem__(self, name: str) -> int:
        return self.ids.setdefault(name, len(self.ids) + 1)

    def names(self, closure: Closure) -> list[str]:
        return sorted(name for name, lot in self.ids.items() if lot in closure.lots)

    def down(self, name: str, assumed: Assumptions | None = None, **options) -> Closure:
        return trace_down(self.graph, [self[name]], assumed, **options)

    def up(self, name: str, assumed: Assumptions | None = None, **options) -> Closure:
        return trace_up(self.graph, [self[name]], assumed, **options)


@pytest.fixture
def silo() -> Story:
    return Story("H1>R1 1 2", "H2>R1 4 5", "R1>B1 3 3", "R1>B2 6 6", "B1>S1 7 8", "B2>S2 7 9", "B2>B1x ? ?")


def test_what_arrived_after_a_batch_was_filled_is_not_in_it(silo):
    assert silo.names(silo.down("H2")) == ["B1x", "B2", "H2", "R1", "S2"]
    assert silo.names(silo.up("S1")) == ["B1", "H1", "R1", "S1"]


def test_the_excluded_batch_is_explained_with_the_two_times(silo):
    (b1, s1) = silo.down("H2").excluded
    assert (b1.lot, b1.reason, b1.at, b1.statement) == (silo["B1"], "time", silo["R1"], "R1>B1")
    assert b1.limit == DAY_0 + timedelta(days=5)
    assert b1.moment == DAY_0 + timedelta(days=3)
    assert (s1.lot, s1.reason, s1.via) == (silo["S1"], "beyond-excluded", silo["B1"])


def test_upstream_the_too_late_delivery_is_explained_likewise(silo):
    (h2,) = silo.up("S1").excluded
    assert (h2.lot, h2.limit, h2.moment) == (
        silo["H2"],
        DAY_0 + timedelta(days=3),
        DAY_0 + timedelta(days=5),
    )


def test_labels_are_the_earliest_contamination_and_the_latest_useful_time(silo):
    down = silo.down("H2")
    assert down.when(silo["H2"]) is None
    assert down.when(silo["S2"]) == DAY_0 + timedelta(days=9)
    up = silo.up("S2")
    assert up.when(silo["R1"]) == DAY_0 + timedelta(days=6)
    assert up.when(silo["H2"]) == DAY_0 + timedelta(days=4)


def test_without_time_the_same_graph_reaches_more(silo):
    untimed = silo.down("H2", Assumptions(ignore_time=True))
    assert {"B1", "S1"} <= set(silo.names(untimed))


def test_an_undated_middle_does_not_launder_the_dates_of_its_neighbours():
    story = Story("E>R 1 1", "H>R 4 5", "R>M ? ?", "M>B 3 3")
    assert story.names(story.down("H")) == ["H", "M", "R"]
    assert story.names(story.up("B")) == ["B", "E", "M", "R"]


def test_an_undated_link_brings_nothing_before_it_had_come_itself():
    story = Story("E>R 1 1", "R>M ? ?", "H>S 4 5", "S>M ? ?", "M>B 3 3")
    assert story.names(story.down("H")) == ["H", "M", "S"]
    assert story.names(story.up("B")) == ["B", "E", "M", "R"]


def both_ways(story: Story, upper: str, lower: str) -> bool:
    """Whether a lot is reached from another; the same from both ends."""
    down, up = story[lower] in story.down(upper).lots, story[upper] in story.up(lower).lots
    assert down == up
    return down


def test_the_first_contents_of_a_lot_are_in_all_that_came_out_of_it():
    """Milled all day, received in the afternoon, packed in the morning: some clock is wrong."""
    story = Story("D>R 16 16", "M>P 8 17", "P>K 10 10")
    story.arcs.append(replace(story.arcs[0], link_id=9, from_lot=story["R"], to_lot=story["M"],
                              departure=Interval(day(8).earliest, day(17).latest),
                              arrival=Interval(day(8).earliest, day(17).latest)))  # fmt: skip
    story.graph = GraphInMemory(story.arcs)
    assert both_ways(story, "D", "K")


def test_of_several_inputs_the_later_ones_are_not_in_what_was_taken_before():
    story = Story("E>S 1 1", "H>S 5 5", "S>B 3 3", "B>C 4 4")
    assert both_ways(story, "E", "C")
    assert not both_ways(story, "H", "C")


def test_what_was_taken_before_anything_had_come_holds_all_that_ever_came():
    story = Story("E>S 3 3", "H>S 5 5", "S>B 2 2", "B>C 4 4")
    assert both_ways(story, "E", "C")
    assert both_ways(story, "H", "C")


def test_a_link_between_firms_is_never_cut_and_bounds_nothing_beyond_it():
    story = Story("P>K 9 9", "K>D 10 10", "D>X 8 8", "X>M 7 7", "N>M 6 6", "M>Q 8 8")
    story.between("D>X")
    assert both_ways(story, "P", "Q")
    assert story.names(story.up("Q")) == ["D", "K", "M", "N", "P", "Q", "X"]


def test_a_time_set_by_the_reader_cuts_a_link_between_firms_too():
    story = Story("K>X 3 3", "K>Y 6 6").between("K>X", "K>Y")
    later = Assumptions(since=DAY_0 + timedelta(days=5))
    assert story.names(story.down("K", later)) == ["K", "Y"]
    early = Story("H>B 3 3", "K>B 6 6").between("H>B", "K>B")
    assert early.names(early.up("B", later)) == ["B", "H"]


def test_times_that_contradict_are_shown_as_they_are_stated():
    story = Story("P>K 9 9", "K>D 10 10", "D>X 8 8").between("D>X")
    assert story.down("P").when(story["X"]) == DAY_0 + timedelta(days=10)
    assert story.up("X").when(story["K"]) == DAY_0 + timedelta(days=8)


def test_rings_are_followed_completely():
    story = Story("A>B ? ?", "B>C ? ?", "C>A ? ?", "A>D ? ?")
    for name in "ABC":
        assert story.names(story.down(name)) == ["A", "B", "C", "D"]
    assert story.names(story.up("D")) == ["A", "B", "C", "D"]


def test_the_witness_is_the_shortest_admissible_path_even_if_a_longer_one_is_earlier():
    story = Story("A>B 1 1", "B>C 2 2", "C>Z 3 3", "A>Z 9 9", "Z>Y 5 5")
    down = story.down("A")
    assert [arc.statement for arc in down.witness(story["Z"])] == ["A>Z"]
    assert down.when(story["Z"]) == DAY_0 + timedelta(days=3)
    assert [arc.statement for arc in down.witness(story["Y"])] == ["A>B", "B>C", "C>Z", "Z>Y"]
    assert down.witness(story["A"]) == ()


def test_a_kill_step_is_reached_but_passes_nothing_on():
    story = Story("H>R 1 1", "R>B 2 2", "B>S 3 3")
    killed = Assumptions(kill_steps=frozenset({story["B"]}))
    down = story.down("H", killed)
    assert story.names(down) == ["B", "H", "R"]
    assert [(gone.lot, gone.reason) for gone in down.excluded] == [(story["S"], "kill-step")]
    assert story.names(story.up("S", killed)) == ["S"]
    assert story.names(story.up("B", killed)) == ["B", "H", "R"]


def test_disputed_links_count_unless_they_are_ignored_and_superseded_never():
    story = Story("H>R 1 1", "R>B 2 2", "R>C 2 2", states={"R>B": "disputed", "R>C": "superseded"})
    assert story.names(story.down("H")) == ["B", "H", "R"]
    strict = story.down("H", Assumptions(ignore_disputed=True))
    assert story.names(strict) == ["H", "R"]
    assert [gone.reason for gone in strict.excluded] == ["disputed"]


def test_a_start_time_bounds_the_trace():
    story = Story("H>B 3 3", "H>C 6 6")
    later = Assumptions(since=DAY_0 + timedelta(days=5))
    assert story.names(story.down("H", later)) == ["C", "H"]
    early = Story("H>B 3 3", "K>B 6 6")
    assert early.names(early.up("B", later)) == ["B", "H"]


def test_a_link_that_arrives_before_it_leaves_counts_as_undated():
    story = Story("H>R 5 2", "R>B 3 3")
    assert story.arcs[0].contradictory
    assert story.names(story.down("H")) == ["B", "H", "R"]


def test_a_limit_is_never_silent(silo):
    cut = silo.down("H1", max_lots=3)
    assert cut.truncated
    assert len(cut.lots) == 3
    assert cut.unexplored
    whole = silo.down("H1")
    assert not whole.truncated
    assert whole.unexplored == ()


def ends_of(closure, kinds):
    return open_ends(closure, [(lot, kinds[lot]) for lot in closure.ends()])


def test_open_ends_are_named():
    story = Story("M>B 2 2", "H>B 2 2", "B>P 3 3", "K>B 2 2", "R>L 1 1", "L>N 1 1", "L>O 2 2", "Q>L 9 9")
    kinds = dict.fromkeys(story.ids.values(), "product") | {
        story["M"]: "material",
        story["H"]: "harvest",
        story["K"]: "batch",
        story["B"]: "batch",
    }
    up = ends_of(story.up("P"), kinds)
    assert {(end.lot, end.reason) for end in up} == {
        (story["M"], "supplier-unknown"),
        (story["K"], "inputs-unknown"),
    }
    too_late = ends_of(story.down("Q"), kinds | {story["L"]: "batch"})
    assert {(end.lot, end.reason) for end in too_late} == {(story["L"], "outputs-too-early")}
    (down,) = ends_of(story.down("H"), kinds)
    assert (down.lot, down.reason) == (story["P"], "no-receivers")


def test_the_start_may_be_several_lots(silo):
    both = trace_up(silo.graph, [silo["S1"], silo["S2"]])
    assert silo.names(both) == ["B1", "B2", "H1", "H2", "R1", "S1", "S2"]


def test_only_the_levels_reached_are_fetched(silo):
    calls = []

    class Counting(GraphInMemory):
        def arcs_below(self, lots):
            calls.append(sorted(lots))
            return super().arcs_below(lots)

    trace_down(Counting(silo.arcs), [silo["B2"]])
    assert calls == [[silo["B2"]], sorted([silo["S2"], silo["B1x"]])]


def test_a_treatment_is_reached_and_what_leaves_it_is_told_as_excluded():
    chain = Story("H>B 1 2", "B>C 3 4", "C>D 5 6", "B>D 3 7")
    treated = chain.down("H", Assumptions(kill_steps=frozenset({chain["B"]})))
    assert chain.names(treated) == ["B", "H"]
    told = {each["lot"]: (each["reason"], each["at"], each["limit"]) for each in
            (one.as_dict() for one in treated.excluded)}  # fmt: skip
    assert told == {str(chain[lot]): ("kill-step", str(chain["B"]), None) for lot in ("C", "D")}


def test_what_hangs_on_an_excluded_lot_names_the_nearest_one():
    chain = Story("H>B 1 2", "B>C 3 4", "C>D 5 6", "D>E 7 8")
    treated = chain.down("H", Assumptions(kill_steps=frozenset({chain["B"]})))
    beyond = [one.as_dict() for one in treated.excluded][1:]
    assert [(one["lot"], one["reason"], one["via"]) for one in beyond] == [
        (str(chain[lot]), "beyond-excluded", str(chain["C"])) for lot in ("D", "E")
    ]


def test_a_link_that_misses_by_less_is_the_one_to_question():
    late = Story("H0>R1 1 1", "H1>R1 5 6", "R1>B1 1 2", "R1>B1 4 4")
    (excluded,) = late.down("H1").excluded
    assert (excluded.lot, excluded.link_id, excluded.reason) == (late["B1"], 3, "time")


def test_an_open_end_says_what_is_missing():
    story = Story("R1>B1 1 2")
    (end,) = ends_of(story.up("B1"), {story["R1"]: "material", story["B1"]: "batch"})
    assert end.as_dict() == {"lot": str(story["R1"]), "kind": "material", "reason": "supplier-unknown"}


def test_the_assumptions_of_a_trace_are_told_with_its_answer():
    assumed = Assumptions(ignore_disputed=True, kill_steps=frozenset({9, 3}), since=DAY_0)
    assert assumed.as_dict() == {
        "ignoreDisputed": True,
        "ignoreTime": False,
        "killSteps": ["3", "9"],
        "since": "2026-06-01T00:00:00+00:00",
    }


def test_inputs_that_came_after_what_a_reader_asks_about_are_an_open_end():
    story = Story("H>B 3 3", "K>B 6 6")
    (end,) = ends_of(story.up("B", Assumptions(since=DAY_0 + timedelta(days=1))), {story["B"]: "batch"})
    assert end.reason == "inputs-too-late"


def test_a_lot_reached_twice_in_one_step_keeps_its_first_label():
    """Two links into an end lot, the second of which comes when the lot has its path already."""
    story = Story("A>B 1 1", "B>Z 2 2", "A>C 1 1", "C>D 2 2", "D>Z 3 3", "D>Y 3 3")
    down = story.down("A")
    assert [arc.statement for arc in down.witness(story["Z"])] == ["A>B", "B>Z"]
    assert [arc.statement for arc in down.witness(story["Y"])] == ["A>C", "C>D", "D>Y"]
