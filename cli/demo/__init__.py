"""`./greentrace demo`: stories 1 to 8 and 10 go in through the real interfaces, before one's eyes."""
