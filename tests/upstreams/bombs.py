"""Archives that are small on the wire and 3 GiB when opened, made without either."""

import functools
import struct
import zlib

EXPANDED = 3 * 2**30
_CRC = 0x480BBE37  # CRC-32 of EXPANDED zero bytes
_BLOCK = 2**24
_END = b"\x03\x00"  # an empty last block


@functools.cache
def deflated() -> bytes:
    """A raw deflate stream of EXPANDED zero bytes, 3 MB long.

    A full flush ends a block on a byte and forgets the past, so one compressed
    block may be repeated.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(_BLOCK)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * (EXPANDED // _BLOCK) + _END


def gzip_bomb() -> bytes:
    """The stream as a gzip file."""
    head = b"\x1f\x8b\x08\x00" + bytes(4) + b"\x02\xff"
    return head + deflated() + struct.pack("<II", _CRC, EXPANDED)


def zip_bomb(member: str) -> bytes:
    """The stream as the only member of a zip archive."""
    name, data = member.encode(), deflated()
    # Version 2.0, no flags, deflate, no time, 1 January 1980.
    about = struct.pack(
        "<HHHHHIIIHH", 20, 0, 8, 0, 33, _CRC, len(data), EXPANDED, len(name), 0
    )
    local = b"PK\x03\x04" + about + name + data
    central = b"PK\x01\x02\x14\x00" + about + bytes(14) + name
    sizes = (len(central), len(local))
    return local + central + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, *sizes, 0)
