"""Which server process answers, and whose past it has."""

from hashlib import sha1

from redis.asyncio.connection import AbstractConnection

from apps.game_core.adapters.redis.sentinels import NoMasterError
from apps.redis_cluster.nodes import Place


class ServerIdentity:
    """Which server process answers: learnt anew on each connection, since a restart breaks them all.

    `generation` names the database beside it, as hex digits; empty while that is not known.
    """

    def __init__(self) -> None:
        self.run_id = ""
        self.generation = ""
        self._nodes: dict[Place, NodeIdentity] = {}

    async def greet(self, connection: AbstractConnection) -> None:
        await connection.on_connect()
        server = await _told(connection, "server")
        self.run_id = bytes.fromhex(server.get("run_id", "")).hex()

    async def greet_master(self, connection: AbstractConnection) -> None:
        """The one of several servers that the sentinels have named.

        Raises:
            NoMasterError: it is a replica.

        """
        role, self.run_id = await _part(connection)
        if role != "master":
            raise NoMasterError(f"{connection!r} is a replica, and the sentinels call it the master")

    def node(self, place: Place) -> "NodeIdentity":
        """One of a cluster's servers: each has a process and a past of its own."""
        return self._nodes.setdefault(place, NodeIdentity(self))

    def part(self, place: Place) -> None:
        """Its part in the cluster is another than it was: who it is now it has to say."""
        self.node(place).run_id = ""


class NodeIdentity:
    """As far as it is known; empty before it has been greeted."""

    def __init__(self, whole: ServerIdentity) -> None:
        self.run_id = ""
        self._whole = whole

    @property
    def generation(self) -> str:
        return self._whole.generation

    async def greet(self, connection: AbstractConnection) -> None:
        _, self.run_id = await _part(connection)


async def _part(connection: AbstractConnection) -> tuple[str | None, str]:
    """What the server is among others, and who it is.

    One that was a master before, and has been a replica since, has the other's past now: so its place in the
    history of both is part of who it is.
    """
    await connection.on_connect()
    told = await _told(connection, "server") | await _told(connection, "replication")
    place = f"{told.get('run_id')} {told.get('master_replid')}"
    return told.get("role"), sha1(place.encode(), usedforsecurity=False).hexdigest()


async def _told(connection: AbstractConnection, section: str) -> dict[str, str]:
    await connection.send_command("INFO", section)
    lines = bytes(await connection.read_response()).decode(errors="replace").splitlines()
    return {name: value for name, _, value in (line.partition(":") for line in lines)}
