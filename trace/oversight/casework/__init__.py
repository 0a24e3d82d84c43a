"""Cases of supervision: the states that a case goes through, what each step needs, and what it may not be."""
