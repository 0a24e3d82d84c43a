"""What an audit recomputes: entries, checkpoints, evidence, disclosures, times and columns."""
