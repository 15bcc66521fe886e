"""What templates are compiled to: kept beside them like Python's own, and for as long as the process runs."""

import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import CodeType

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache

_FOR_ALL = 0o644
_MAKERS = tuple(Path(__file__).with_name(name) for name in ("naming.py", "ui.py"))


class Compiled(FileSystemBytecodeCache):
    """Shared by the environments of all languages: words and formats are called, not compiled in.

    A filter of a constant would be, with the words of whichever language came first; a test forbids it.
    `folder` may be read-only.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), "%s.compiled")
        self._known: dict[tuple[str, str], CodeType] = {}
        self._maker = jinja2.__version__ + "".join(path.read_text("utf-8") for path in _MAKERS)

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's
        return name

    def get_source_checksum(self, source: str) -> str:
        """Also of what compiles it."""
        return sha256((self._maker + source).encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))
        if bucket.code is None:
            with suppress(Exception):  # a damaged one counts as none, and is written anew
                super().load_bytecode(bucket)
            self._know(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._know(bucket)
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(exist_ok=True)
                super().dump_bytecode(bucket)
                Path(self._get_cache_filename(bucket)).chmod(_FOR_ALL)  # an image is built as root

    def _know(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._known[bucket.key, bucket.checksum] = bucket.code
