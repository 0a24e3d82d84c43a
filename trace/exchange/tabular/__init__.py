"""Tables that people fill in: forms as data, cells to exact values, every fault with its place."""
