#!/usr/bin/env python3
"""Set up `.venv` once and run the bot in it: `python3 run.py [command …]`, the demo without a command."""

import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".stamp"
PIPS_LOG = VENV / "pip.log"
LOOK_EVERY, TELL_EVERY = 0.5, 10.0
BAR = 30
OLDEST_MINOR = 11
# What somebody may have told pip, in variables or files, that would put packages elsewhere or refuse them.
# Mirrors and certificates stay as they are. An empty value takes back what a file says.
OUR_PIP = {
    **dict.fromkeys(
        ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_CONSTRAINT", "PIP_NO_BINARY"), ""
    ),
    **dict.fromkeys(("PIP_USER", "PIP_DRY_RUN", "PIP_REQUIRE_VIRTUALENV"), "0"),
}
REASONS = (
    ("No space left on device", "The disk is full: free some space and start again."),
    ("No module named pip", "Python has neither venv nor pip. Debian, Ubuntu: sudo apt install python3-venv"),
    ("no such option: --python", "Python's venv is missing. Debian, Ubuntu: sudo apt install python3-venv"),
    ("onnection", "The package index cannot be reached: is there a network?"),
    ("No matching distribution", "There is no ready-made package for this Python or this machine."),
)


class SetupError(Exception):
    """The text says what failed and what to do."""


class Standing:
    """How far the set-up is: on a terminal a bar, in a log a line now and then, and nothing if `quiet`."""

    def __init__(
        self,
        *,
        quiet: bool,
        stream: "TextIO | None" = None,
        clock: "Callable[[], float]" = time.monotonic,
    ) -> None:
        self.quiet, self.stream, self.clock = quiet, stream or sys.stdout, clock
        self.told = clock()

    def begin(self) -> None:
        self._write("Setting up .venv (only this once, half a minute to two) ...\n")

    def look(self, fetched: int, installed: int, wanted: int) -> None:
        text = f"{fetched} of {wanted} packages fetched, {installed} installed"
        if self.stream.isatty():
            filled = BAR * (fetched + installed) // max(1, 2 * wanted)
            self._write(f"\r[{'#' * filled:-<{BAR}}]  {text}\033[K")
        elif self.clock() - self.told >= TELL_EVERY:
            self.told = self.clock()
            self._write(f"{text}\n")

    def end(self) -> None:
        if self.stream.isatty():
            self._write("\r\033[K")

    def _write(self, text: str) -> None:
        if not self.quiet:
            self.stream.write(text)
            self.stream.flush()


def main() -> None:
    open_closed_streams()
    if not is_supported(*sys.version_info[:2]):
        sys.exit(
            f"Python 3.{OLDEST_MINOR} or newer is needed, this is {sys.version.split()[0]} ({sys.executable})"
        )
    if not is_supported_system():
        sys.exit(
            "Windows itself is not supported. Use its Subsystem for Linux: https://learn.microsoft.com/windows/wsl"
        )
    try:
        ensure_venv(Standing(quiet="--quiet" in sys.argv[1:]))
    except (SetupError, OSError) as error:
        sys.exit(f"Cannot set up {VENV}: {error}")
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted: start again and the set-up is redone\n")
        sys.exit(130)
    # Relative paths mean the caller's folder, and nothing in there is taken for a module of ours.
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    env = dict(os.environ, PYTHONPATH=os.pathsep.join(paths))
    os.execve(str(PYTHON), [str(PYTHON), "-P", "-m", "tools", *sys.argv[1:]], env)  # noqa: S606 - replaces us: no shell wanted


def open_closed_streams() -> None:
    """Or files of ours would get their numbers, and `sys.stdout` would be None."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest free number is this one
    for number, (name, mode) in enumerate({"stdin": "r", "stdout": "w", "stderr": "w"}.items()):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def is_supported(major: int, minor: int) -> bool:
    return (major, minor) >= (3, OLDEST_MINOR)


def is_supported_system() -> bool:
    try:
        import fcntl  # noqa: F401, PLC0415 - missing on Windows, where the checks should still speak
    except ImportError:
        return False
    return True


def ensure_venv(standing: Standing) -> None:
    import fcntl  # noqa: PLC0415 - see above

    with LOCK.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second run.py waits here until the first has finished
        wanted = (
            f"{hashlib.sha256(lock.read()).hexdigest()} {sys.version_info.major}.{sys.version_info.minor}"
        )
        if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="ascii") == wanted:
            return
        standing.begin()
        VENV.mkdir(exist_ok=True)
        try:
            install(standing)
        finally:
            standing.end()
        STAMP.write_text(wanted, encoding="ascii")  # last, so that an interrupted set-up is redone


def install(standing: Standing) -> None:
    python, venv = sys.executable, ("-m", "venv", "--clear", str(VENV))
    if run(python, *venv).returncode == 0:
        pip = [str(PYTHON), "-m", "pip"]
    else:  # Debian's Python has no ensurepip until python3-venv is installed
        checked(run(python, *venv, "--without-pip"))
        pip = [python, "-m", "pip", "--python", str(PYTHON)]
    require_no_other_place(run(*pip, "config", "list").stdout)
    strict = ("--require-hashes", "--no-deps", "--only-binary=:all:")
    wanted, before = locked(), installed()

    def look() -> None:
        standing.look(min(fetched(), wanted), min(installed() - before, wanted), wanted)

    quietly = ("--quiet", "--disable-pip-version-check", "--log", str(PIPS_LOG))
    checked(run(*pip, "install", *quietly, *strict, "-r", str(LOCK), meanwhile=look))
    PIPS_LOG.unlink(missing_ok=True)


def locked() -> int:
    """As many packages as this system needs."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    return sum("==" in line and "== 'win32'" not in line for line in lines)


def fetched() -> int:
    """As many packages as pip has come to: it says nothing of that but in its log."""
    return len(re.findall(rb" (?:Collecting|Processing) ", PIPS_LOG.read_bytes())) if PIPS_LOG.exists() else 0


def installed() -> int:
    return len(list(VENV.glob("lib/python*/site-packages/*.dist-info")))


def require_no_other_place(pips_settings: str) -> None:
    """Files of pip's can send packages elsewhere, and nothing but another file takes that back."""
    for line in pips_settings.splitlines():
        name, _, value = line.partition("=")
        section, _, option = name.rpartition(".")
        if section != ":env:" and option in {"target", "prefix", "root"} and value.strip("'"):
            raise SetupError(
                f"pip is told to install elsewhere, by {line} in one of its files."
                f" Take that out (`pip config unset {name}`), or start with PIP_CONFIG_FILE={os.devnull}"
            )


def run(*command: str, meanwhile: "Callable[[], None]" = lambda: None) -> "subprocess.CompletedProcess[str]":
    """Run it to its end, and call `meanwhile` now and then."""
    with subprocess.Popen(  # noqa: S603 - Python and pip with constant arguments, no shell
        command,
        env=dict(os.environ, **OUR_PIP),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        try:
            while True:
                try:
                    said, _ = process.communicate(timeout=LOOK_EVERY)
                except subprocess.TimeoutExpired:
                    meanwhile()
                else:
                    return subprocess.CompletedProcess(command, process.returncode, said)
        finally:
            process.kill()  # does nothing once it has ended


def checked(result: "subprocess.CompletedProcess[str]") -> None:
    if result.returncode != 0:
        lines = result.stdout.strip().splitlines()
        telling = [line for line in lines if not line.startswith("WARNING")] or lines
        reason = next((advice for mark, advice in REASONS if mark in result.stdout), "")
        raise SetupError("\n".join([reason or f"exit code {result.returncode}", *telling[-10:]]))


if __name__ == "__main__":
    main()
