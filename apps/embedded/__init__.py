from apps.embedded.errors import EmbeddedServersError
from apps.embedded.postgres import PostgresOptions
from apps.embedded.redis import RedisOptions
from apps.embedded.servers import EmbeddedServers

__all__ = ["EmbeddedServers", "EmbeddedServersError", "PostgresOptions", "RedisOptions"]
