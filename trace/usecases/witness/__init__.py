"""The witness: a process that cosigns checkpoints."""
