"""Reports to the city's platform as rows."""
