"""Lineage over the lot graph: closures upstream and downstream, shares, balances, open ends."""
