"""The log's rows: entries, checkpoints, evidence of other logs, disclosures, keys, signers."""
