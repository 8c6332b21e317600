"""Dagster, dbt's command line, Great Expectations and the `geese` command.

The only package that knows any of them: it runs what ingest, dbt_project, analysis
and reports do, in order, and records how it went.
"""
