"""A process that does a platform's jobs as a worker of the server does, or signs an upload as a firm does.

`python -m tests.builders.upload_worker FOLDER work`, or `… FOLDER sign UPLOAD`. It says "ready" once it has
begun, and ends by itself when nothing is left to be done.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from tests.builders.signers import Signer
from tests.builders.workbooks import ISSUER
from trace.ledger.disclosure import parse_disclosure
from trace.ledger.statement import sign_statement
from trace.parties import OWN, STATE, Actor
from trace.platform.jobs import jobs_of
from trace.platform.opening import Platform, open_platform
from trace.usecases.intake.receipt import Receipt
from trace.usecases.jobs.run_jobs import JobRunner
from trace.usecases.uploads.sign_upload import Signed, next_wave, submit

MILL = Actor("mill", ISSUER, scopes=frozenset({STATE, OWN}))


def main(folder: str, what: str, upload: str = "") -> None:
    with closing(open_platform(Path(folder))) as platform:
        platform.guarded = True  # the witnesses stand in the process of the test
        platform.start()
        print("ready", flush=True)  # noqa: T201 - for the test that waits
        if what == "work":
            runner = JobRunner(platform.transactions, jobs_of(platform))
            while runner.run_one():
                pass
        else:
            sign(platform, Signer(ISSUER.rsplit(":", 1)[1], "processor"), upload)
        print("ended", flush=True)  # noqa: T201


def sign(platform: Platform, signer: Signer, upload: str, **how: bool) -> int:
    """Sign all waves as the page of a person does; how many statements that were."""
    count = 0
    while True:
        wave = next_wave(platform.transactions, platform.codes, MILL, upload, "desk", **how)
        if not wave.statements:
            return count
        prev, signed = wave.prev, []
        for one in wave.statements:
            claims = dict(one.claims) | ({} if prev is None else {"prev": prev})
            shown = [parse_disclosure(each) for each in one.disclosures]
            statement = sign_statement(claims, signer.key).with_disclosures(shown)
            prev = statement.statement_id
            signed.append(Signed(one.key, statement.flattened()))
        outcomes = submit(platform.transactions, platform.acceptance, MILL, upload, signed)
        if not all(isinstance(one, Receipt) for one in outcomes):
            raise AssertionError(outcomes)
        count += len(signed)


if __name__ == "__main__":
    main(*sys.argv[1:])
