"""Scans: counted, judged, alerted on."""
