"""What two departments supervise together: who is on the register, and what follows from it."""
