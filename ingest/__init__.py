"""Publisher → landing zone → raw tables.

Bytes enter from publishers (or from the embedded reference files), rows with two
clocks leave in the warehouse's `raw` schema. Knows files, HTTP and DuckDB only.
"""
