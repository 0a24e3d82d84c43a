"""`python -m bench [NAME…] [--quick] [--full] [--json FILE]`: run benches, each in a process of its own.

A process each keeps one bench's memory out of another's figure. `--quick` takes small sizes, `--full` adds
the lot graph of ten million links (about ten minutes and 3 GB of disk more).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

BENCHES = (
    "ingest",
    "growth",
    "lineage",
    "recall",
    "common_source",
    "balance",
    "warnings",
    "proofs",
    "bundle",
    "audit",
    "qr",
    "digital_link",
    "copies",
    "pages",
    "paint",
    "posting",
    "uploads",
    "query_text",
    "besieged",
    "monthly",
    "check_plan",
    "home",
)
ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    asked = _arguments()
    if asked.inside:
        print(import_module(f"bench.{asked.inside}").run(asked.size).as_json())
        return 0
    reports = [_run(name, asked.size) for name in asked.names or BENCHES]
    figures = [figure for report in reports for figure in report["figures"]]
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(
        json.dumps({"size": asked.size, "cpus": os.cpu_count(), "figures": figures}, indent=1)
    )
    missed = [figure["name"] for figure in figures if figure["met"] is False]
    print(f"\n{len(figures)} figures, also in {asked.json}; targets missed: {', '.join(missed) or 'none'}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}; all when none")
    parser.add_argument("--quick", dest="size", action="store_const", const="quick", default="usual")
    parser.add_argument("--full", dest="size", action="store_const", const="full")
    parser.add_argument("--json", type=Path, default=ROOT / "var" / "bench.json")
    parser.add_argument("--inside", choices=BENCHES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    unknown = set(asked.names) - set(BENCHES)
    if unknown:
        parser.error(f"no such bench: {', '.join(sorted(unknown))}")
    return asked


def _run(name: str, size: str) -> dict[str, Any]:
    options = [] if size == "usual" else [f"--{size}"]
    print(f"\n{name} …", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--inside", name, *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    for figure in report["figures"]:
        print(_line(figure), flush=True)
    return report


def _line(figure: dict[str, Any]) -> str:
    text = f"  {figure['name']:<52} {_number(figure['value']):>12} {figure['unit']}"
    if figure["limit"] is not None:
        text += f"\n  {'· ' + figure['beside']:<52} {_number(figure['limit']):>12}"
    if figure["ratio"] is not None:
        text += f"   ratio {figure['ratio']:.2f}"
    if figure["target"]:
        text += f"   (target {figure['target']}: {'met' if figure['met'] else 'MISSED'})"
    return text


def _number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


if __name__ == "__main__":
    sys.exit(main())
