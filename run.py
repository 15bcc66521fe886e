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


def main() -> None:
    if not is_supported(*sys.version_info[:2]):
        sys.exit(
            f"Python 3.{OLDEST_MINOR} or newer is needed, this is {sys.version.split()[0]} ({sys.executable})"
        )
    if not is_supported_system():
        sys.exit(
            "Windows itself is not supported. Use its Subsystem for Linux: https://learn.microsoft.com/windows/wsl"
        )
    try:
        ensure_venv()
    except (SetupError, OSError) as error:
        sys.exit(f"Cannot set up {VENV}: {error}")
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted: start again and the set-up is redone\n")
        sys.exit(130)
    # Relative paths mean the caller's folder, and nothing in there is taken for a module of ours.
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    env = dict(os.environ, PYTHONPATH=os.pathsep.join(paths))
    os.execve(str(PYTHON), [str(PYTHON), "-P", "-m", "tools", *sys.argv[1:]], env)  # noqa: S606 - replaces us: no shell wanted


def is_supported(major: int, minor: int) -> bool:
    return (major, minor) >= (3, OLDEST_MINOR)


def is_supported_system() -> bool:
    try:
        import fcntl  # noqa: F401, PLC0415 - missing on Windows, where the checks should still speak
    except ImportError:
        return False
    return True


def ensure_venv() -> None:
    import fcntl  # noqa: PLC0415 - see above

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
    require_no_other_place(run(*pip, "config", "list").stdout)
    strict = ("--require-hashes", "--no-deps", "--only-binary=:all:")
    checked(run(*pip, "install", "--quiet", "--disable-pip-version-check", *strict, "-r", str(LOCK)))


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


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - Python and pip with constant arguments, no shell
        command,
        check=False,
        env=dict(os.environ, **OUR_PIP),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def checked(result: "subprocess.CompletedProcess[str]") -> None:
    if result.returncode != 0:
        lines = result.stdout.strip().splitlines()
        telling = [line for line in lines if not line.startswith("WARNING")] or lines
        reason = next((advice for mark, advice in REASONS if mark in result.stdout), "")
        raise SetupError("\n".join([reason or f"exit code {result.returncode}", *telling[-10:]]))


if __name__ == "__main__":
    main()
