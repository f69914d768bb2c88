"""Pages that belong to no single noun: the front door, the home page, a person's own settings."""
