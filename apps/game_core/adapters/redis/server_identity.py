"""Which server process answers, and whose past it has."""

from hashlib import sha1

from redis.asyncio.connection import AbstractConnection

from apps.game_core.adapters.redis.sentinels import NoMasterError


class ServerIdentity:
    """Which server process answers: learnt anew on each connection, since a restart breaks them all.

    `generation` names the database beside it, as hex digits; empty while that is not known.
    """

    def __init__(self) -> None:
        self.run_id = ""
        self.generation = ""

    async def greet(self, connection: AbstractConnection) -> None:
        await connection.on_connect()
        server = await _told(connection, "server")
        self.run_id = bytes.fromhex(server.get("run_id", "")).hex()

    async def greet_master(self, connection: AbstractConnection) -> None:
        """The one of several servers that the sentinels have named.

        One that was a master before, and has been a replica since, has the other's past now: so its place in
        the history of both is part of who it is.

        Raises:
            NoMasterError: it is a replica.

        """
        await connection.on_connect()
        told = await _told(connection, "server") | await _told(connection, "replication")
        if told.get("role") != "master":
            raise NoMasterError(f"{connection!r} is a replica, and the sentinels call it the master")
        place = f"{told.get('run_id')} {told.get('master_replid')}"
        self.run_id = sha1(place.encode(), usedforsecurity=False).hexdigest()


async def _told(connection: AbstractConnection, section: str) -> dict[str, str]:
    await connection.send_command("INFO", section)
    lines = bytes(await connection.read_response()).decode(errors="replace").splitlines()
    return {name: value for name, _, value in (line.partition(":") for line in lines)}
