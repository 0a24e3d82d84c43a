"""The regulators' workspace: what is open in one's area, cases, their goods, and who looked at what."""
