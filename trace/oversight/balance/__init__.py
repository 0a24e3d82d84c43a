"""Mass balance of a firm over a period, on five levels (docs/mass-balance.md).

    batches       what came out of each batch against what went in, and stocks that were overdrawn
    running       certified output against certified receipts at every moment, not only at the end
    certificate   what was packed and coded in a licence year against 核准产量
    plots         what was harvested against what such an area can yield
    pairs         what the seller says it sent against what the buyer says it got

Amounts are exact: integers of millionths of the base unit (kg, L, a counting unit), fractions where a factor
comes in. What is allowed is rounded up, so that no rounding speaks against a firm. An excess is *over* where
it stands under every reading of the records, and in *doubt* where one reading explains it.
"""
