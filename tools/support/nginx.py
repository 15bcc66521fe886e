"""nginx with the settings of deploy/nginx, but for TLS: certificates are not ours to make."""

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

PROGRAM = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or ""
MISSING = "no nginx here (apt-get install nginx)"
HOST = "127.0.0.1"
TEMPLATE = Path(__file__).parents[2] / "deploy" / "nginx" / "game.conf.template"
_MAIN = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
{site}
}}
"""


def servers(bots: Iterable[str]) -> str:
    """What compose.yaml has as `BOTS`: one that was away is asked again at once."""
    return " ".join(f"server {bot} max_fails=0;" for bot in bots)


def before(bots: Iterable[int | str], port: int, folder: Path) -> str:
    """All settings: of bots that listen at these ports, for what comes in at `port`."""
    site = re.sub(r"ssl_certificate.*;", "", TEMPLATE.read_text(encoding="utf-8"))
    site = re.sub(r"listen .*;", f"listen {HOST}:{port};", site)
    site = site.replace("${BOTS}", servers(f"{HOST}:{bot}" for bot in bots))
    return _MAIN.format(folder=folder, site=site)


def command(settings: Path) -> tuple[str, ...]:
    return PROGRAM, "-c", str(settings), "-e", str(settings.with_name("error.log"))
