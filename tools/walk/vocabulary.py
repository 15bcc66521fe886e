"""What players of a walk are called, write and forge: `vocabulary.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("vocabulary.toml")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    languages: list[str]
    names: list[str]
    commands: list[str]
    texts: list[str]
    data: list[str]


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary(**tomllib.loads(_FILE.read_text(encoding="utf-8")))
