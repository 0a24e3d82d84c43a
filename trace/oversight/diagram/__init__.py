"""The trace diagram: lots as boxes in layers from plot to consignee, folded where they are too many."""
