"""The frame of every page: rendering, the reader, refusals, what may be kept. It knows no reader's pages."""
