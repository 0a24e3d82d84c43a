"""`./greentrace setup`: a working platform from nothing, by questions or by a file of answers."""
