"""Uploaded photos: a bounded shelf in memory, and the little that must be read from their headers."""

import secrets
from collections import OrderedDict

from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.world.model import Photo

MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_SIDES = 10_000
MAX_RATIO = 20
LARGEST_KEPT = 1280
"""The longest side that Telegram leaves a photo, whatever was uploaded."""
SMALLER = {"s": 90, "m": 320, "x": 800}
"""The longest side of each smaller size, by the letter that ends its file id."""
_ID_LENGTH = 32
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class PhotoShelf:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._files: OrderedDict[str, tuple[Photo, bytes]] = OrderedDict()

    def put(self, data: bytes) -> Photo:
        if len(data) > MAX_PHOTO_BYTES:
            raise BadRequestError("file is too big")
        width, height = dimensions(data)
        if width + height > MAX_SIDES or max(width, height) > MAX_RATIO * min(width, height):
            raise BadRequestError("PHOTO_INVALID_DIMENSIONS")
        whole = Photo(file_id=secrets.token_urlsafe(24), width=width, height=height, size=len(data))
        longest = max(width, height)
        photo = whole if longest <= LARGEST_KEPT else _scaled(whole, "", LARGEST_KEPT / longest)
        self._files[photo.file_id] = (photo, data)
        if len(self._files) > self._limit:
            self._files.popitem(last=False)
        return photo

    def get(self, file_id: str) -> Photo:
        """The photo, by the id of any of its sizes."""
        kept = self._files.get(file_id[:_ID_LENGTH])
        if kept is None or file_id not in {size.file_id for size in sizes(kept[0])}:
            raise BadRequestError("wrong file identifier/HTTP URL specified")
        return kept[0]

    def clear(self) -> None:
        self._files.clear()

    def data(self, file_id: str) -> bytes | None:
        kept = self._files.get(file_id)
        return kept[1] if kept else None


def sizes(photo: Photo) -> list[Photo]:
    """As Telegram keeps them, the smallest first: there is always a thumbnail, and the whole photo last."""
    longest = max(photo.width, photo.height)
    wanted = {letter: side for letter, side in SMALLER.items() if letter == "s" or side < longest}
    return [_scaled(photo, letter, min(side / longest, 1)) for letter, side in wanted.items()] + [photo]


def _scaled(photo: Photo, letter: str, by: float) -> Photo:
    width, height = (max(1, round(side * by)) for side in (photo.width, photo.height))
    # Files shrink about as their surfaces do.
    size = max(1, round(photo.size * by**2))
    return Photo(file_id=photo.file_id + letter, width=width, height=height, size=size)


def content_type(data: bytes) -> str:
    return "image/png" if data.startswith(_PNG) else "image/jpeg"


def dimensions(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG or a JPEG."""
    size = (0, 0)
    if data.startswith(_PNG) and data[12:16] == b"IHDR":
        size = (int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))
    elif data.startswith(_JPEG):
        size = _jpeg_dimensions(data)
    if min(size) < 1:
        raise BadRequestError("IMAGE_PROCESS_FAILED")
    return size


def _jpeg_dimensions(data: bytes) -> tuple[int, int]:
    index = 2
    while index + 9 <= len(data) and data[index] == 0xFF:  # noqa: PLR2004  # every JPEG marker starts so
        if data[index + 1] in _JPEG_SIZES:
            return int.from_bytes(data[index + 7 : index + 9]), int.from_bytes(data[index + 5 : index + 7])
        index += 2 + int.from_bytes(data[index + 2 : index + 4])
    return 0, 0
