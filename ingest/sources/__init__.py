"""One module per publisher dataset; each declares a `SOURCE` (see ingest.source)."""
