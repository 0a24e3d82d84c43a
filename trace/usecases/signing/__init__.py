"""Signing by people: keys asked for, keys held for others, and batches of drafts from preview to receipt."""
