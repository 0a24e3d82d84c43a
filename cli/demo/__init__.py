"""`./greentrace demo`: the stories of docs/tutorial.md, told through the real interfaces."""
