"""The only place that speaks SQL: tables, transactions, the log's bytes, and its projections."""
