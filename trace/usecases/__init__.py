"""What the system does: one verb a module. Only here do deciding and storing meet."""
