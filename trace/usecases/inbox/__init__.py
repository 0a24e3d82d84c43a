"""The inbox of a party: what others hand over to it, and what they claim to have from it."""
