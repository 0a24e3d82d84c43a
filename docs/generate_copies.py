"""Write docs/copied-codes.md from a run of the simulation (`python -m docs.generate_copies`, about a minute).

Every figure on that page comes from the run that wrote it; the seed is fixed, so another run gives the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.copies import (
    DAY,
    DETECTORS,
    PREVALENCE,
    SCORES,
    SEED,
    SIZES,
    Judged,
    area,
    precision,
    recall_at,
    share,
    simulated,
)
from tests.simulators.scan_traffic import ATTACKS
from trace.oversight.copied_codes.parameters import copy_parameters
from trace.rules import load

TARGET = Path(__file__).parent / "copied-codes.md"
SIZE = "usual"

HEAD = """\
# Copied codes

Made by `python -m docs.generate_copies` from a seeded simulation; edit the script, not this page.

A copied code is a true code on a false pack: no signature tells the two apart, only their scans do. A fixed limit
("3 regions in 6 hours", "12 scans") is wrong for every batch but one. So each code is measured by the other codes of
its own batch.

## What is counted

An explicit `POST /scans` from the page, once a device in ten minutes; never a `GET`, a preview, a crawler or a page
loaded ahead ([http-api.md](http-api.md)). Kept for 90 days: code, time, city (never finer) and a hash of the device
that differs from code to code. No address, no account, no way from one product to another. What stays: the count and
the first scan.

## How it is weighed

Log10 odds of "copied" against "one pack": the prior (rule R54 in [rules.md](rules.md)) plus five weights, each the
log10 of how much likelier a figure is for a copied code:

| reason | figure | an honest pack |
|---|---|---|
| `many-scans` | devices, and occasions (spans of two days with new devices) | the batch's own rate: Poisson, spread over codes by a gamma law as far as the batch is; a few packs are on display |
| `many-cities` | cities on the way that one pack can have gone | the batch's share of further devices in a new city |
| `impossible-travel` | devices off that way: door to door by road, rail or air, no pack was there in time | wrong cities (roaming, tunnels), forwarded pictures |
| `before-shipment` | devices in another city than the works before the first shipment | tests along the way |
| `after-sold-through` | occasions after the pack should be used up, or expired | packs opened late |

A copied code is described as loosely as possible (any scale of devices, any share elsewhere, early or late, as likely
as any other), so that no parameter says what a forger does. Each device counts once, at its first scan: families,
shops and the curious do not add up, and a telephone that seems to jump says nothing of the pack. The most scanned 1 %
of a batch is left out of its baseline, and so is the code itself. What signed records do not tell (a concealed
receiver, an unstated works) is not used. Sales outside the receivers' cities (窜货) are an alert of their own kind and
never a sign of copying.

From odds of 1 : {watch} a code is watched, from {suspected} : 1 the page says 疑似复制, in words that accuse nobody.
Both are alerts to the firm and the regulator (`GET /api/v1/scan-alerts`). "Suspected" stays when
details are forgotten, until an authority finds the code harmless.

## How well it works

{batches} simulated batches of {packs:,} packs (seed `{seed}`), of which {honest:,} honest codes were scanned, and
{copied:,} copied codes with at least two devices. The traffic knows nothing of the parameters above: households,
offices, shop staff, display packs, gifts, promotions, forwarded pictures, wrong and unknown cities, drawn anew per
batch (`tests/simulators/scan_traffic.py`). Every copy is scanned as often as an honest pack of its batch.

Precision is for one copied code in {one_in:,} scanned ones.

"""  # noqa: E501 - a page is wrapped by its reader, and rows of tables cannot be

LIMITS = """
## What it cannot do

- It sees only codes that are scanned. {unseen} of {all_copied:,} copied codes had at most one device; nobody can know.
- Copies sold in one city look like a pack on display until there are many: watched, rarely suspected.
- Twenty copies in three cities are a handful of scans. Some are watched; most pass.
- Without cities (no trusted proxy that tells them) two of the five reasons are silent.
- The simulation is ours, and so are its proportions: expect the order of the rows, not the digits, of real traffic.
  The figures to watch in operation are alerts per thousand codes and the share that inspectors confirm.
- Whoever wants to make a genuine code look copied has to scan it from many cities with many devices and addresses;
  the notice accuses nobody, and the firm sees the alert.
"""  # noqa: E501


def page(codes: Sequence[Judged]) -> str:
    """The whole page as text."""
    honest = [one for one in codes if not one.attack]
    every = [one for one in codes if one.attack]
    copied = [one for one in every if one.devices > 1]
    batches, packs, _ = SIZES[SIZE]
    given = copy_parameters(load(), DAY)
    head = HEAD.format(
        watch=round(10**-given.watch),
        suspected=round(10**given.suspected),
        batches=batches,
        packs=packs,
        seed=SEED,
        honest=len(honest),
        copied=len(copied),
        one_in=round(1 / PREVALENCE),
    )
    limits = LIMITS.format(unseen=len(every) - len(copied), all_copied=len(every))
    return "\n".join(
        [head + "\n".join(_detectors(honest, copied)), "", *_scores(honest, copied), limits.rstrip(), ""]
    )


def _detectors(honest: Sequence[Judged], copied: Sequence[Judged]) -> list[str]:
    lines = [
        f"| rule | honest codes flagged | recall | precision | {' | '.join(ATTACKS)} |",
        f"|---|---|---|---|{'---|' * len(ATTACKS)}",
    ]
    for name, detector in DETECTORS.items():
        recall, alarms = share(copied, detector), share(honest, detector)
        each = [share([one for one in copied if one.attack == attack], detector) for attack in ATTACKS]
        cells = [f"{100 * value:.0f} %" for value in (recall, precision(recall, alarms), *each)]
        lines.append(f"| {name} | {1000 * alarms:.2f} in 1,000 | {' | '.join(cells)} |")
    return lines


def _scores(honest: Sequence[Judged], copied: Sequence[Judged]) -> list[str]:
    lines = [
        "The same as scores, each at its own best limit for so many honest codes flagged:",
        "",
        "| score | recall at 10 in 1,000 | at 1 in 1,000 | at 1 in 10,000 | area under the ROC curve |",
        "|---|---|---|---|---|",
    ]
    for name, score in SCORES.items():
        good, bad = [score(one) for one in honest], [score(one) for one in copied]
        recalls = [f"{100 * recall_at(good, bad, alarms):.0f} %" for alarms in (0.01, 0.001, 0.0001)]
        lines.append(f"| {name} | {' | '.join(recalls)} | {area(good, bad):.3f} |")
    return lines


if __name__ == "__main__":
    TARGET.write_text(page(simulated(SIZE)), encoding="utf-8")
