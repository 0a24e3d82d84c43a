"""The signing script, run as browsers run it, under Node."""
