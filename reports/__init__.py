"""From the published warehouse to the brief: facts, findings, charts, page."""
