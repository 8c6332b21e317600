"""Payloads of one publisher → rows as written (see `Reader` in ingest.source)."""
