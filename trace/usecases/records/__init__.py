"""What one record says, for the desks and offices that may read it."""
