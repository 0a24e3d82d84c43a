"""Questions that an authority hands in with a purpose, answered as jobs and opened again later."""
