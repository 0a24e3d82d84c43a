"""The HTTP status of a refusal stands in its class, and both skins answer with it."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from flask import Flask, g

from api import problems
from docs.generate_problems import all_refusals
from tests.builders.batch_pages import BATCH, GTIN, Answering, pages_over
from trace import errors

KINDS = [kind for kind in all_refusals() if errors.Refusal in kind.__bases__]


class Refusing(Answering):
    """A platform that refuses whatever it is asked, with the refusal set last."""

    refusal: errors.Refusal = errors.Malformed()

    def batch(self, **_asked):
        raise self.refusal


@pytest.fixture
def platform():
    return Refusing()


@pytest.fixture
def machines(platform):
    """A client of the machines' skin: one route, which refuses."""
    app = Flask("machines", static_folder=None)

    @app.before_request
    def name_the_request() -> None:
        g.request_id = "0f8e7d6c-test"

    app.add_url_rule("/", view_func=platform.batch)
    problems.install(app)
    return app.test_client()


def test_every_kind_of_refusal_has_a_status_of_its_own():
    statuses = [kind.http_status for kind in KINDS]
    assert len(KINDS) == 10
    assert sorted(set(statuses)) == sorted(statuses)


def test_every_refusal_has_a_status_that_says_that_it_was_refused():
    for refusal in all_refusals():
        assert HTTPStatus(refusal.http_status) >= HTTPStatus.BAD_REQUEST, refusal


def test_a_refusal_has_the_status_of_its_kind_but_for_media_types_and_slow_bodies():
    own = {
        refusal
        for refusal in all_refusals()
        if refusal not in KINDS and refusal.http_status not in {kind.http_status for kind in KINDS}
    }
    assert own == {
        *(errors.MediaTypeUnsupported, errors.ReportFileKind),
        *(errors.BodyTooSlow, errors.BodyCutOff),
    }


def test_both_skins_answer_with_the_status_of_the_refusal(platform, machines):
    people = pages_over(platform).test_client()
    for kind in all_refusals():
        platform.refusal = kind()
        problem, page = machines.get("/"), people.get(f"/01/{GTIN}/10/{BATCH}")
        assert (problem.status_code, page.status_code) == (kind.http_status, kind.http_status), kind
        assert (problem.mimetype, page.mimetype) == ("application/problem+json", "text/html"), kind
        assert (problem.json["status"], problem.json["code"]) == (kind.http_status, kind.code)
