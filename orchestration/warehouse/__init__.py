"""From the landing zone to published versions, and what they say of themselves."""
