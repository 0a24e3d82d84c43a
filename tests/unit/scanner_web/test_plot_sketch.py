"""The sketch of the plots: one scale, north where it is told, neighbours, and nothing that was not stated."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from math import sqrt

import pytest

from scanner_web.consumer.plot_sketch import MOST, sketch_of_plots
from tests.builders.batch_pages import GTIN, Answering, a_batch, pages_over
from trace.usecases.batch_page.page import Grower, Origin
from trace.wording import LOCALES, say

SQUARE = ((0, 0), (1000, 0), (1000, 1000), (0, 1000))
FLAT = ((0, 0), (1000, 0), (1000, 250), (0, 250))


def a_plot(shape=SQUARE, area=30, **changed) -> Origin:
    base = Origin("崇明区", "水稻", None, "2026-10-01", "2026-10-03", shape, area)
    return replace(base, **changed)


def size_of(plot) -> tuple[int, int]:
    points = [tuple(map(int, each.split(","))) for each in plot.points.split()]
    xs, ys = zip(*points, strict=True)
    return max(xs) - min(xs), max(ys) - min(ys)


def test_plots_are_drawn_to_one_scale_by_their_areas():
    drawn = sketch_of_plots([a_plot(), a_plot(area=120)])
    assert drawn is not None
    (small, _), (large, _) = map(size_of, drawn.plots)
    assert large == pytest.approx(2 * small, abs=2)
    side = sqrt(120 * 2000 / 3)
    assert drawn.bar / drawn.metres == pytest.approx(large / side, rel=0.03)
    assert [plot.area for plot in drawn.plots] == [30, 120]


def test_without_every_area_there_is_no_scale():
    drawn = sketch_of_plots([a_plot(), a_plot(FLAT, area=None)])
    assert drawn is not None
    assert (drawn.bar, drawn.metres) == (0, 0)
    degenerate = sketch_of_plots([a_plot(((0, 0), (500, 0), (1000, 0)))])
    assert degenerate is not None
    assert degenerate.bar == 0


def test_north_is_up_where_all_growers_tell_it_and_nowhere_else():
    told = sketch_of_plots([a_plot(FLAT, north=90)])
    assert told is not None
    assert told.north
    width, height = size_of(told.plots[0])
    assert height > width, "what lay level in the sketch points north"
    half = sketch_of_plots([a_plot(FLAT, north=90), a_plot(FLAT, area=31)])
    assert half is not None
    assert not half.north
    assert size_of(half.plots[0])[0] > size_of(half.plots[0])[1]


def test_neighbours_stand_on_their_side_of_the_plot():
    drawn = sketch_of_plots([a_plot(north=0, beside=((90, "water"), (180, "road"), (270, "path")))])
    assert drawn is not None
    (plot,) = drawn.plots
    east, south, west = plot.beside
    assert west.x < plot.x < east.x
    assert south.y > plot.y
    assert [one.what for one in plot.beside] == ["water", "road", "path"]


@pytest.mark.parametrize("beside", [((90, "water"),), ((270, "water"),), ((90, "water"), (270, "road"))])
def test_a_word_between_two_plots_lies_on_neither(beside):
    drawn = sketch_of_plots([a_plot(north=0, beside=beside), a_plot(north=0, area=31, beside=beside)])
    assert drawn is not None
    wide = 130  # the longest word, at the size at which the page writes it
    spans = []
    for plot in drawn.plots:
        xs = [int(each.split(",")[0]) for each in plot.points.split()]
        spans.append((min(xs), max(xs)))
        spans += [(one.x, one.x + wide) if one.side == "e" else (one.x - wide, one.x) for one in plot.beside]
    spans.sort()
    assert all(first[1] <= second[0] for first, second in pairwise(spans)), spans
    assert spans[0][0] >= 0 and spans[-1][1] <= drawn.width, "nor beyond the picture"


def test_in_a_narrow_row_nothing_is_said_between_two_plots():
    told = ((0, "path"), (90, "water"), (270, "road"))
    drawn = sketch_of_plots([a_plot(north=0, area=30 + n, beside=told) for n in range(3)])
    assert drawn is not None
    said = [[one.what for one in plot.beside] for plot in drawn.plots]
    assert said == [["path", "road"], ["path"], ["path", "water"]]


def test_all_stays_inside_the_picture_however_many_there_are():
    plots = [a_plot(FLAT, area=5 + n, north=40 * n, beside=((0, "field"), (90, "road"))) for n in range(7)]
    drawn = sketch_of_plots(plots)
    assert drawn is not None
    assert (len(drawn.plots), drawn.count) == (MOST, 7)
    for plot in drawn.plots:
        for x, y in (map(int, each.split(",")) for each in plot.points.split()):
            assert 0 <= x <= drawn.width
            assert 0 <= y <= drawn.height
        assert all(0 <= one.x <= drawn.width and 0 <= one.y <= drawn.height for one in plot.beside)


def test_nothing_is_drawn_where_no_shape_is_stated():
    assert sketch_of_plots([a_plot(())]) is None
    assert sketch_of_plots([]) is None


def html_of(*origins: Origin, locale: str = "zh-CN") -> str:
    page = a_batch(origins=origins)
    client = pages_over(Answering(page)).test_client()
    return client.get(f"/01/{GTIN}/10/{page.batch_no}?lang={locale}").get_data(as_text=True)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_page_draws_two_plots_with_scale_north_and_neighbours(locale):
    plots = (a_plot(north=0, beside=((180, "road"),)), a_plot(FLAT, area=15, north=5))
    html = html_of(*plots, locale=locale)
    assert html.count("<polygon") == 2
    assert re.search(r"<text[^>]*>\s*[125]0+ m</text>", html)
    for key in ("scan.beside.road", "scan.plots.north"):
        assert f">{say(locale, key)}</text>" in html
    assert say(locale, "scan.plots.true") in html
    assert say(locale, "scan.plots.area", area=15) in html


def test_a_village_stands_only_where_its_grower_named_it():
    assert "桃源村" in html_of(a_plot(village="桃源村"))
    named_once = html_of(a_plot(village="桃源村"), a_plot(FLAT))
    assert "桃源村" not in named_once, "harvests of one variety in one district are one origin"


@pytest.mark.parametrize(
    ("origins", "key"),
    [
        ((a_plot(north=0),), "whole"),
        ((a_plot(),), "one"),
        ((a_plot(area=None),), "shape"),
        ((a_plot(), a_plot(FLAT)), "true"),
    ],
)
def test_the_caption_says_what_the_sketch_shows(origins, key):
    assert say("zh-CN", f"scan.plots.{key}") in html_of(*origins)


@pytest.mark.parametrize(
    ("lang", "district", "shown"),
    [
        ("zh", "崇明区", "上海市崇明区"),
        ("en", "崇明区", "Chongming, Shanghai"),
        ("zh", "江苏省南通市如东县", "江苏省南通市如东县"),
        ("en", "江苏省南通市如东县", "Rudong County, Nantong, Jiangsu"),
    ],
)
def test_where_a_grower_works_is_said_in_the_readers_letters(lang, district, shown):
    page = replace(a_batch(), growers=(Grower("合作社", district, (), None),))
    client = pages_over(Answering(page)).test_client()
    html = client.get(f"/01/{GTIN}/10/{page.batch_no}?lang={lang}").get_data(as_text=True)
    grown = html.partition('<div class="grown">')[2].partition("</p>")[0]
    assert grown.endswith(f"<br>{shown}")
