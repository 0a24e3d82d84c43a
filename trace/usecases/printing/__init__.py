"""Labels and print runs."""
