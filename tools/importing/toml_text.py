"""Items as the text of an item file."""

import json
from collections.abc import Mapping

HEADER = "# Imported. What is changed here by hand is gone with the next import.\n"


def written(tables: Mapping[str, Mapping[str, object]]) -> str:
    return HEADER + "".join(f"\n[{base_id}]\n{_lines(table)}" for base_id, table in tables.items())


def _lines(table: Mapping[str, object]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in table.items())


def _value(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value, ensure_ascii=False)  # a JSON string is one of TOML, too
        case Mapping():
            return "{ " + ", ".join(f"{key} = {_value(each)}" for key, each in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
        case _:
            return repr(value)
