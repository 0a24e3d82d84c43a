"""Shapes of requests and answers (marshmallow). Schema objects are built once, at import."""
