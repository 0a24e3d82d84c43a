"""The signed, append-only log that knows nothing about food: statements, keys, tree, witnesses, bundles.

Pure: no input or output, no SQL, no clock. Bytes and times come in, values and refusals go out.
"""
