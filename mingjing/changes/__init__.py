"""Changes of rules, items, calendars and schemes: proposed by one person, approved by another, never backwards."""
