"""What Dagster makes, from payloads to briefs, in the order of the flow."""
