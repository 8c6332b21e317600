"""A visit in many pieces: one that is refused stops no other."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from ingest.download import FetchError
from ingest.source import IngestError

Piece = TypeVar("Piece")


def visit_each(
    pieces: Iterable[Piece],
    fetch: Callable[[Piece], None],
    problems: Iterable[str] = (),
) -> None:
    """Fetch every piece; what was refused is told when all have been tried.

    `problems` were found before. Raises IngestError with the first problem and the
    number of further ones; FetchError at once if the publisher cannot be read.
    """
    found = list(problems)
    for piece in pieces:
        try:
            fetch(piece)
        except FetchError:
            raise
        except IngestError as error:
            found.append(str(error))
    if found:
        more = f" (and {len(found) - 1} more like it)" if len(found) > 1 else ""
        raise IngestError(f"{found[0]}{more}")
