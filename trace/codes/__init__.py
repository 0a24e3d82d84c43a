"""Codes on packs without a row per code: keyed serials, allocated ranges, platform codes, aggregation."""
