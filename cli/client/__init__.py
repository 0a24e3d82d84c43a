"""The signing client: HTTP, journal, and the planning of what is signed."""
