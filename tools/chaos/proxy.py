"""A real nginx before a campaign's bots, which can die as any server does."""

import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from apps.embedded.folder import DataFolder, open_data_folder
from apps.embedded.launcher import Command, Launcher
from apps.embedded.server import Server
from tools.chaos.front import hook_at
from tools.support import nginx
from tools.support.ports import free_ports


class Proxy(Server):
    """Takes updates at `port`, for bots at the `ports`."""

    name = "nginx"
    stop_signal = signal.SIGTERM

    def __init__(self, folder: DataFolder, launcher: Launcher, port: int, ports: Sequence[int]) -> None:
        super().__init__(folder, launcher)
        self.port, self.ports = port, ports
        self._settings = folder.path / "nginx.conf"

    @property
    def url(self) -> str:
        return hook_at(self.port)

    def _prepare(self) -> None:
        text = nginx.before(self.ports, self.port, self.folder.path)
        self._settings.write_text(text, encoding="utf-8")

    def _command(self) -> Command:
        return Command(
            nginx.command(self._settings), death_signal=self.stop_signal, folders=(self.folder.path,)
        )

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return self.alive and probe.connect_ex((nginx.HOST, self.port)) == 0


@contextmanager
def open_proxy(bots: int, data: Path) -> Iterator[Proxy]:
    """Runs on a folder of its own, which is `data`."""
    port, *ports = free_ports(bots + 1)
    with open_data_folder(data) as folder, Launcher(folder.lock_fd) as launcher:
        proxy = Proxy(folder, launcher, port, ports)
        try:
            proxy.start()
            yield proxy
        finally:
            proxy.stop()
