"""Use cases: what the system does. Only here do deciding and storing meet."""
