"""A publisher's key in none of the words that are told, kept or quoted."""

import re
from urllib.parse import quote, quote_plus

MASK = "***"
_HEX = re.compile("%[0-9A-F]{2}")


def masked(text: str, secret: str | None) -> str:
    """The text with `***` for a secret, as it is or as addresses write it.

    To be called before a text is cut: what is left of a key that was cut in two would
    not be found.
    """
    if not secret:
        return text
    written = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}
    written |= {_HEX.sub(lambda code: code[0].lower(), form) for form in written}
    # The longest first: a shorter form may be the beginning of it.
    for form in sorted(written, key=len, reverse=True):
        text = text.replace(form, MASK)
    return text
