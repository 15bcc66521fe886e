from apps.embedded.errors import EmbeddedServersError
from apps.embedded.folder import open_data_folder
from apps.embedded.postgres import PostgresOptions
from apps.embedded.redis import RedisOptions
from apps.embedded.servers import EmbeddedServers

__all__ = ["EmbeddedServers", "EmbeddedServersError", "PostgresOptions", "RedisOptions", "open_data_folder"]
