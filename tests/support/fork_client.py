"""What xdist starts in place of a process of its own: it hands its pipes to a fork, and ends when that ends.

A script of its own, standard library only: `fork_client.py SOCKET …`
"""

import socket
import sys
from contextlib import suppress


def main(address: str) -> None:
    with socket.socket(socket.AF_UNIX) as forking, suppress(ConnectionError):  # it has said why
        forking.connect(address)
        socket.send_fds(forking, [b"."], [0, 1, 2])
        forking.recv(1)


if __name__ == "__main__":
    main(sys.argv[1])
