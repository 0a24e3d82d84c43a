"""Own records: listed, each with its history, and corrected."""
