"""Mass balances of firms and regions, computed from their rows and kept as documents."""
