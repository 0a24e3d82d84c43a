"""Neighbours for the demo and the tests: the city platform, and the faults of an agricultural platform.

Both are servers of the standard library on 127.0.0.1 with an admin endpoint that tells them how to behave.
They are simulators: no real platform is known to look like this.
"""
