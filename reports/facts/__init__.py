"""Published marts go in; frozen values with their figure ids come out."""
