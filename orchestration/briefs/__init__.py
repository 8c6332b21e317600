"""The briefs that lie on disk: which there are, what they printed."""
