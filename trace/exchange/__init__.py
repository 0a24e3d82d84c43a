"""Ports to other systems: farm platform, workbooks, city platform, clock and folder; and their simulators."""
