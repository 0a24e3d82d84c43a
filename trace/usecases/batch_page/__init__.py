"""The public page of a batch or item: everything it shows, gathered and shaped."""
