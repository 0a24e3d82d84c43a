"""What regulators do, and what they are told: so far, codes that look copied."""
