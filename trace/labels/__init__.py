"""QR symbols and labels: text in, bytes out.

`symbol` draws one code and `sheet` a page of labels; `linear` draws long runs, `raster` and `strokes` write
them as PNG, ZPL and SVG, `print_run` cuts a run into files with a `manifest`. `module_size` keeps modules to
whole printer dots, `styled` adds a logo, `read_back` checks all of it with another decoder.
"""
