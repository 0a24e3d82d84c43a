"""What stands in addresses and queries: one sentence and one example each, wherever the parameter occurs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Said = tuple[str, object]
"""A description and an example."""

_LOT: Final = "urn:lot:91310151XN0000442L:KV1"
_STMT: Final = "GI6rlugTEDyJV3PCkZKZT-D7FC2n83V0pfQhyK8dDYI"

IN_PATH: Final[Mapping[str, Said]] = {
    "lot": ("The lot, `urn:lot:<owner>:<batch>`; its colons need no escape", _LOT),
    "stmt": ("A statement id: 43 characters of base64url", _STMT),
    "statement": ("The id of the statement that began the recall, as the list gives it", _STMT),
    "code": (
        "The path of a GS1 Digital Link, or `t/` and a platform code",
        "01/09521234100010/10/M20261012A",
    ),
    "sscc": ("The 18 digits of a case or pallet", "095212341000000010"),
    "run": (
        "The number of a print run, as the answer to its order gives it",
        "7e45f5950c90763fd18c0cb58eb75dcc",
    ),
    "kid": (
        "A key id: the RFC 7638 thumbprint, 43 characters",
        "1IG2tMH7J2wbJZnOf8LJzQitKf7LMvoAElsuDMVM54Y",
    ),
    "upload": (
        "The number of an upload, as the answer to its announcement gives it",
        "Vb3kq0l1cXo1mYx2nPq9Rg",
    ),
    "number": ("Its number, as the list gives it", "1"),
    "sha256": ("The SHA-256 of the file in hex", "0" * 64),
    "hash": ("The SHA-256 of the analysis in hex, as whatever made it gave it", "0" * 64),
    "level": ("The tile's level, from 0", 0),
    "path": ("The tile's number in the form of C2SP tlog-tiles, such as `000` or `000.p/7`", "000"),
}

IN_QUERY: Final[Mapping[str, Said]] = {
    "iss": (
        "Who signs: `urn:uscc:…` or `urn:party:…`, the holder of the token",
        "urn:uscc:91310151XN0000442L",
    ),
    "stream": ("Which of the signer's chains", "desk-1"),
    "counterpart": ("Show all of one counterpart", "urn:uscc:93310151XN00001190"),
    "party": ("Show all of one firm", "urn:uscc:91310151XN0000442L"),
    "firm": ("Whose; without it, one's own", "urn:uscc:91310151XN0000442L"),
    "gtin": ("A product of your own, 14 digits; without it, platform codes", "09521234100010"),
    "count": ("How many serials are wanted", 100),
    "level": ("Error correction: Q takes a smaller logo, H a larger one", "Q"),
    "ignoreDisputed": ("Leave out links that are in dispute; `excluded` names them", False),
    "maxLots": ("End after so many lots; the answer then says `truncated`", 1000),
    "view": ("`public` for everybody, `regulator` with all disclosures (scope trace:all)", "public"),
    "after": ("The cursor: `next` of the page before", ""),
    "limit": ("At most so many", 100),
    "state": ("Only those in this state", None),
    "before": ("Those older than the one of this number", None),
    "report": ("The statement id of the test report whose record has the file's digest", _STMT),
    "unread": ("Only what nobody has acknowledged", True),
    "start": ("The first index", 0),
    "end": ("The index after the last; without it up to the newest", 256),
    "form": ("The file's form", "xlsx"),
    "most": ("At most so many", 100),
    "offset": ("Pass over so many", 0),
}
