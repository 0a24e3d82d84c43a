"""Styles, scripts and other files of the pages, each under the hash of what it holds."""
