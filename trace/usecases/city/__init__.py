"""Reports to the city's traceability platform."""
