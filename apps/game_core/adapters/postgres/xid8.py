"""PostgreSQL's 64-bit transaction ids, as the type of a column."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import ischema_names


class Xid8(sa.types.UserDefinedType[int]):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


# Or whoever compares tables with the code is warned of a type that nobody knows.
ischema_names["xid8"] = Xid8
