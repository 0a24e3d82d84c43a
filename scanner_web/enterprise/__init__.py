"""The workspace of firms, farms and laboratories: everybody who signs in and states."""
