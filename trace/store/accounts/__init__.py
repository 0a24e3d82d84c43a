"""Who may call: tokens as rows."""
