"""The log: its checkpoints, its reading, its feed, its audit, and whom to believe."""
