"""GS1 syntax: application identifiers, element strings, Digital Link URIs. Pure; nothing is fetched."""
