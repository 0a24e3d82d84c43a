"""What is found by a name or number: firms and products, never persons."""
