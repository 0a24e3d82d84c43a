"""Originals of test reports: taken by their digest alone, whole or not, shown where the report is."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.signed_rice import H2, SignedRice, at
from tests.servers.platform import TestPlatform
from trace.errors import (
    BodyTooLarge,
    ReportFileAbsent,
    ReportFileDiffers,
    ReportFileKind,
    ReportFileUnnamed,
    StorageFull,
)
from trace.parties import Actor
from trace.store.messages.report_files import FileFolder
from trace.usecases.batch_page.show_batch import show_batch
from trace.usecases.messages.report_file import read_report_file, size_limit, store_report_file
from trace.usecases.stated.originals import read_original

GTIN, BATCH = "09521234100010", "M20261012A"
PDF = b"%PDF-1.7\n% a report\n%%EOF\n"
DIGEST = hashlib.sha256(PDF).hexdigest()


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


class ReportedRice(SignedRice):
    """The story whose release report names its original."""

    digest = DIGEST

    def make(self) -> None:
        super().make()
        report = made.a_report(
            reportNo="R-2", file={"sha256": self.digest, "mediaType": "application/pdf", "bytes": len(PDF)}
        )
        when = at("2026-10-13T10:30:00+08:00")
        self.log("original", self.mill.state("lab.report", report["lot"], report, at=when))


@pytest.fixture
def story(platform, clock):
    return ReportedRice(platform, clock).tell()


def stmt(story):
    return story.receipts["original"].statement_id


def test_an_original_is_kept_and_shown_on_the_page_of_what_was_made(platform, story, tmp_path):
    shown = [test.file for test in show_batch(platform.transactions, gtin=GTIN, batch_no=BATCH).tests]
    assert [(one.sha256, one.here) for one in shown if one] == [(DIGEST, False)]
    row = store_report_file(platform.transactions, tmp_path, DIGEST, stmt(story), PDF)
    assert (row.media_type, row.bytes) == ("application/pdf", len(PDF))
    again = store_report_file(platform.transactions, tmp_path, DIGEST, stmt(story), PDF)
    assert again == row
    assert platform.count("report_file") == 1
    shown = [test.file for test in show_batch(platform.transactions, gtin=GTIN, batch_no=BATCH).tests]
    assert [one.here for one in shown if one] == [True]
    found = read_report_file(platform.transactions, tmp_path, DIGEST)
    assert (found.media_type, found.content) == ("application/pdf", PDF)


def test_a_digest_in_base64url_is_the_same_digest(platform, clock, tmp_path):
    story = ReportedRice(platform, clock)
    story.digest = base64.urlsafe_b64encode(bytes.fromhex(DIGEST)).decode().rstrip("=")
    story.tell()
    store_report_file(platform.transactions, tmp_path, DIGEST, stmt(story), PDF)
    shown = [test.file for test in show_batch(platform.transactions, gtin=GTIN, batch_no=BATCH).tests]
    assert [(one.sha256, one.here) for one in shown if one] == [(DIGEST, True)]


def test_nothing_else_is_taken(platform, story, tmp_path):
    name, tx = stmt(story), platform.transactions
    with pytest.raises(ReportFileDiffers):
        store_report_file(tx, tmp_path, DIGEST, name, PDF + b"\n")
    other = b"%PDF-1.7 another"
    digest = hashlib.sha256(other).hexdigest()
    for report in (name, story.receipts["report"].statement_id, story.receipts["pack"].statement_id, "x"):
        with pytest.raises(ReportFileUnnamed):
            store_report_file(tx, tmp_path, digest, report, other)
    script = b"<script>alert(1)</script>"
    with pytest.raises(ReportFileKind):
        store_report_file(tx, tmp_path, hashlib.sha256(script).hexdigest(), name, script)
    with pytest.raises(BodyTooLarge):
        store_report_file(tx, tmp_path, DIGEST, name, b"%PDF-" + bytes(size_limit(tx)))
    assert list(tmp_path.iterdir()) == []
    assert platform.count("report_file") == 0


def test_a_corrected_report_takes_its_original_with_it(platform, clock, story, tmp_path):
    store_report_file(platform.transactions, tmp_path, DIGEST, stmt(story), PDF)
    corrected = made.a_report(reportNo="R-2")
    data = made.a_correction(stmt(story), corrected, reason="登记了错误的文件")
    when = at("2026-10-14T10:00:00+08:00")
    story.log("correction", story.mill.state("correction", corrected["lot"], data, at=when))
    with pytest.raises(ReportFileAbsent):
        read_report_file(platform.transactions, tmp_path, DIGEST)


def test_a_report_that_stands_on_no_page_shows_no_file(platform, clock, tmp_path):
    story = ReportedRice(platform, clock)
    for step in (story.begin, story.harvests, story.receive, story.make):
        step()
    store_report_file(platform.transactions, tmp_path, DIGEST, stmt(story), PDF)
    with pytest.raises(ReportFileAbsent):
        read_report_file(platform.transactions, tmp_path, DIGEST)
    story.pack()
    assert read_report_file(platform.transactions, tmp_path, DIGEST).content == PDF


def test_a_file_that_was_changed_or_lost_on_the_disk_is_not_shown(platform, story, tmp_path):
    store_report_file(platform.transactions, tmp_path, DIGEST, stmt(story), PDF)
    path = tmp_path / "files" / DIGEST[:2] / DIGEST
    path.write_bytes(PDF + b"!")
    with pytest.raises(ReportFileAbsent):
        read_report_file(platform.transactions, tmp_path, DIGEST)
    path.unlink()
    with pytest.raises(ReportFileAbsent):
        read_report_file(platform.transactions, tmp_path, DIGEST)


_FILL = """
import sys
from pathlib import Path
from trace.errors import StorageFull
from trace.store.messages.report_files import FileFolder
try:
    FileFolder(Path(sys.argv[1])).write("ab" * 32, bytes(1_000_000))
except StorageFull as refusal:
    print(refusal.code)
"""


def test_a_full_disk_is_said_and_leaves_nothing_behind(tmp_path, root):
    # Python ignores the signal that comes with the limit: writes fail with EFBIG, as on a full disk.
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f 100; exec "$@"', "sh", sys.executable, "-c", _FILL, str(tmp_path)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == StorageFull.code, done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    folder = FileFolder(tmp_path)
    folder.write(DIGEST, PDF)
    folder.write(DIGEST, PDF)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [DIGEST]
    assert folder.read(DIGEST) == PDF
    assert folder.read("00" * 32) is None


def test_nobody_takes_an_original_from_the_report_of_another(platform, story, tmp_path):
    tx = platform.transactions
    store_report_file(tx, tmp_path, DIGEST, stmt(story), PDF)
    when = at("2026-10-14T10:00:00+08:00")
    theirs = made.a_report(
        lot=H2, reportNo="R-3", purpose="incoming", sampledAt=when.isoformat(), testedAt=when.isoformat(),
        file={"sha256": DIGEST, "mediaType": "application/pdf", "bytes": len(PDF)},
    )  # fmt: skip
    farm, mill = (Actor("x", made.uscc(one)) for one in (made.COOPERATIVE, made.MILL))
    name = story.log("theirs", story.farm.state("lab.report", H2, theirs, at=when)).statement_id
    with pytest.raises(ReportFileAbsent):  # its digest alone opens nothing
        read_original(tx, tmp_path, farm, name, DIGEST)
    store_report_file(tx, tmp_path, DIGEST, name, PDF)
    assert read_original(tx, tmp_path, farm, name, DIGEST).content == PDF
    without = made.a_report(**{**theirs, "file": made.ABSENT})
    data = made.a_correction(name, without, reason="登记了错误的文件")
    story.log("correction", story.farm.state("correction", H2, data, at=when + timedelta(hours=1)))
    assert read_original(tx, tmp_path, mill, stmt(story), DIGEST).content == PDF
    assert read_report_file(tx, tmp_path, DIGEST).content == PDF
