"""How dates and times look in each language: every time names its zone, and the day stands before the time."""
