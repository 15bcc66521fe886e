#!/usr/bin/env python3
"""Set up `.venv` once and run the bot in it: `python3 run.py [command …]`, the demo without a command."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".stamp"
OLDEST_MINOR = 11
REASONS = (
    ("No space left on device", "The disk is full: free some space and start again."),
    ("No module named pip", "Python has neither venv nor pip. Debian, Ubuntu: sudo apt install python3-venv"),
    ("no such option: --python", "Python's venv is missing. Debian, Ubuntu: sudo apt install python3-venv"),
    ("onnection", "The package index cannot be reached: is there a network?"),
    ("No matching distribution", "There is no ready-made package for this Python or this machine."),
)


class SetupError(Exception):
    """The text says what failed and what to do."""


def main() -> None:
    if not is_supported(*sys.version_info[:2]):
        sys.exit(
            f"Python 3.{OLDEST_MINOR} or newer is needed, this is {sys.version.split()[0]} ({sys.executable})"
        )
    os.chdir(str(ROOT))
    try:
        ensure_venv()
    except (SetupError, OSError) as error:
        sys.exit(f"Cannot set up {VENV}: {error}")
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted: start again and the set-up is redone\n")
        sys.exit(130)
    os.execv(str(PYTHON), [str(PYTHON), "-m", "bot", *sys.argv[1:]])  # noqa: S606 - replaces us: no shell wanted


def is_supported(major: int, minor: int) -> bool:
    return (major, minor) >= (3, OLDEST_MINOR)


def ensure_venv() -> None:
    import fcntl  # noqa: PLC0415 - missing on Windows, where the version check should still speak

    with LOCK.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second run.py waits here until the first has finished
        wanted = (
            f"{hashlib.sha256(lock.read()).hexdigest()} {sys.version_info.major}.{sys.version_info.minor}"
        )
        if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="ascii") == wanted:
            return
        print("Setting up .venv (only this once, about half a minute) ...", flush=True)  # noqa: T201 - a script
        VENV.mkdir(exist_ok=True)
        install()
        STAMP.write_text(wanted, encoding="ascii")  # last, so that an interrupted set-up is redone


def install() -> None:
    python, venv = sys.executable, ("-m", "venv", "--clear", str(VENV))
    if run(python, *venv).returncode == 0:
        pip = [str(PYTHON), "-m", "pip"]
    else:  # Debian's Python has no ensurepip until python3-venv is installed
        checked(run(python, *venv, "--without-pip"))
        pip = [python, "-m", "pip", "--python", str(PYTHON)]
    strict = ("--require-hashes", "--no-deps", "--only-binary=:all:")
    checked(run(*pip, "install", "--quiet", "--disable-pip-version-check", *strict, "-r", str(LOCK)))


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - Python and pip with constant arguments, no shell
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )


def checked(result: "subprocess.CompletedProcess[str]") -> None:
    if result.returncode != 0:
        lines = result.stdout.strip().splitlines()
        telling = [line for line in lines if not line.startswith("WARNING")] or lines
        reason = next((advice for mark, advice in REASONS if mark in result.stdout), "")
        raise SetupError("\n".join([reason or f"exit code {result.returncode}", *telling[-10:]]))


if __name__ == "__main__":
    main()
