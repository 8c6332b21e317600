"""Japan's technology trade and goods balance ratios as an indicators report prints them.

The Science and Technology Indicators of NISTEP compile the survey of R&D (technology
trade by fiscal year) and the customs statistics (balance ratios by calendar year). They
are control totals for the figures from the origin. Tables are found by their titles and
figures by their headings: numbers and places change from edition to edition.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import duckdb

from ingest import headings, workbook
from ingest.clock import TAIPEI
from ingest.headings import Figure
from ingest.http import Download, FetchError
from ingest.session import Session
from ingest.source import (
    Column,
    Feed,
    IngestError,
    Provenance,
    Source,
    Table,
    key,
    value,
)

EDITION = 2026
INDEX = f"https://www.nistep.go.jp/sti_indicator/{EDITION}/NR212_table.html"
"""The list of an edition's tables; its address has a report number of its own."""
