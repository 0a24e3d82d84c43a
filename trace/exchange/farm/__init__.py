"""The port to the agricultural platform (神农口袋): three ways in, all giving `FarmBundlePage`s. Nothing here
is official, since no interface of that platform is public (docs/adr/0017).

`SignedFeed`   pages over HTTP, resumed by cursor
`FileDrop`     a folder of JSON Lines, bundles, CSV and XLSX in the terms of NY/T 4712
`read_pushed`  one trace-bundle/1 that was pushed to us

The reader checks shape and completeness and says what it noticed; signatures, proofs and contradictions are
judged by the use case that takes the evidence.
"""

from __future__ import annotations

from trace.exchange.farm.feed import SignedFeed
from trace.exchange.farm.file_drop import FileDrop, read_farm_file
from trace.exchange.farm.pages import FarmBundlePage, FarmRecordSource, FeedItem, Notice, read_all
from trace.exchange.farm.pushed import read_pushed
from trace.exchange.farm.tables import FARM_FORMS

__all__ = [
    "FARM_FORMS",
    "FarmBundlePage",
    "FarmRecordSource",
    "FeedItem",
    "FileDrop",
    "Notice",
    "SignedFeed",
    "read_all",
    "read_farm_file",
    "read_pushed",
]
