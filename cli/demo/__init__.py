"""`./greentrace demo`: stories 1 to 8 go in through the real interfaces, before one's eyes."""
