"""An authority of a test's own, and what it signs for localhost."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OPENSSL = shutil.which("openssl") or ""
_NEW = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
_FOR_LOCALHOST = "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n"


@dataclass(frozen=True)
class Certificates:
    folder: Path

    @property
    def authority(self) -> Path:
        return self.folder / "authority.pem"

    @property
    def certificate(self) -> Path:
        return self.folder / "server.pem"

    @property
    def key(self) -> Path:
        return self.folder / "server.key"

    def copied(self, folder: Path) -> "Certificates":
        """For a server that runs as somebody else, who gets the folder."""
        for each in (self.authority, self.certificate, self.key):
            shutil.copy(each, folder)
        copies = Certificates(folder)
        copies.key.chmod(0o600)
        return copies


def certificates(folder: Path) -> Certificates:
    """New ones, in a folder that is made."""
    folder.mkdir()
    made = Certificates(folder)
    request, extensions, signing = folder / "request", folder / "extensions", folder / "authority.key"
    extensions.write_text(_FOR_LOCALHOST)
    _openssl("req", "-x509", *_NEW, "-subj", "/CN=a test", "-keyout", signing, "-out", made.authority)
    _openssl("req", *_NEW, "-subj", "/CN=localhost", "-keyout", made.key, "-out", request)
    signed = ("-CA", made.authority, "-CAkey", signing, "-CAcreateserial", "-extfile", extensions)
    _openssl("x509", "-req", "-in", request, *signed, "-days", "2", "-out", made.certificate)
    return made


def _openssl(*words: str | Path) -> None:
    subprocess.run([OPENSSL, *map(str, words)], check=True, capture_output=True)
