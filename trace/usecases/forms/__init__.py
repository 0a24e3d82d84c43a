"""Forms of supervision in their versions: what holds on a day, and what was kept."""
