"""The same shop on Telegraf: JavaScript, in a process of its own, with the library as npm hands it out."""

import asyncio
import fcntl
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from .shop_bot import TOKEN

TELEGRAF = "telegraf@4.16.3"
SHOP = Path(__file__).with_name("telegraf_shop.js")
INSTALL = (
    "npm",
    "install",
    "--no-save",
    "--no-package-lock",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--fetch-retries=1",
    "--loglevel=error",
)
LONGEST_INSTALL = 60.0


def installed(folder: Path) -> Path:
    """Node's modules in `folder`, installed once for all test processes; skips where they cannot be had."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("no node or npm here (apt-get install npm)")
    done = folder / TELEGRAF
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _install(folder)
            done.touch()
    return folder / "node_modules"


def _install(folder: Path) -> None:
    try:
        tried = subprocess.run(
            [*INSTALL, f"--prefix={folder}", TELEGRAF],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=LONGEST_INSTALL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm did not install {TELEGRAF} within {LONGEST_INSTALL:g} s")
    if tried.returncode:
        pytest.skip(f"npm does not install {TELEGRAF}: {tried.stderr.strip()[-300:]}")


@asynccontextmanager
async def telegraf(url: str, way: str, modules: Path) -> AsyncIterator[None]:
    """`way` is polling or webhook. What the bot complains of fails the test."""
    process = await asyncio.create_subprocess_exec(
        "node",
        str(SHOP),
        url,
        TOKEN,
        way,
        env=os.environ | {"NODE_PATH": str(modules), "NODE_NO_WARNINGS": "1"},
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield
    finally:
        _, complaints = await process.communicate(b"")
        assert not complaints, complaints.decode()
