"""The interface description: what flask-smorest knows of the routes, completed for clients and people."""

from __future__ import annotations

from api.description.completed import completed, description_of

__all__ = ["completed", "description_of"]
