"""Tables by area; each module adds its own to `trace.store.base.metadata`."""
