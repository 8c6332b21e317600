"""Published briefs and alerts go in; at most one message to each reader comes out."""
