"""Schemas of requests and answers (marshmallow), built once, at import."""
