"""The browser the page is tested with: found on this machine, demanded in CI."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.async_api import Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
MISSING = "no Chromium here; install it with `apt-get install chromium` or `playwright install chromium`"


def find_chromium(playwright: Playwright) -> str:
    installed = next(filter(None, map(shutil.which, NAMES)), None)
    own = playwright.chromium.executable_path
    return installed or (own if Path(own).exists() else do_without(os.environ))


def do_without(environment: Mapping[str, str]) -> str:
    """Skips the test, except in CI, where a browser is part of the bargain."""
    if environment.get("CI") == "true":
        pytest.fail(MISSING)
    pytest.skip(MISSING)
