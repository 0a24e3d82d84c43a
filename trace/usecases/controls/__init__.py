"""A firm's own control of its food safety: what is due, what was recorded, what is prepared to be signed."""
