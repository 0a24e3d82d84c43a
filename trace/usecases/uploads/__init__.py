"""Uploads: a file of rows comes up, is read and tried row by row, mended, signed."""
