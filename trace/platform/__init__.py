"""The open platform: folder, clocks, witnesses' folders. The top layer: it puts use cases together."""
