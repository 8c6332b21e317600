"""Archives of pages, as `Session.land_pages` keeps them, opened for DuckDB."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ingest.archive import extracted, members


@contextmanager
def opened(path: Path) -> Generator[list[Path]]:
    """The pages in their order, as files, for as long as the block runs.

    Raises IngestError if the archive is unsafe or damaged.
    """
    with ExitStack() as stack:
        names = sorted(members(path))
        yield [stack.enter_context(extracted(path, name)) for name in names]
