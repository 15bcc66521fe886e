"""What the contact sheets show: screens, languages, numbers of items and names, chosen pairwise."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

from tools.pictures.contact_sheets.extremes import NAMES, SIZES
from tools.pictures.contact_sheets.pairwise import pairwise
from tools.pictures.contact_sheets.subjects import SUBJECTS, Subject

LANGUAGES = ("en", "ru")

Value = tuple[str, object]


@dataclass(frozen=True, slots=True)
class Case:
    """One picture. `name` is a key of `NAMES`."""

    subject: Subject
    language: str
    size: int
    name: str

    @property
    def pairs(self) -> frozenset[tuple[Value, Value]]:
        """Every two values that can be told from the picture, or that the game had to bear together."""
        values: tuple[Value, ...] = (
            ("subject", self.subject.title),
            ("language", self.language),
            ("size", self.size),
            ("name", self.name),
        )
        unseen = set() if self.subject.named else {"name"}
        unseen |= set() if self.size in self.subject.sizes else {"size"}
        return frozenset(
            (one, other)
            for one, other in combinations(values, 2)
            if not (one[0] == "subject" and other[0] in unseen)
        )


def candidates() -> list[Case]:
    """All that a picture could be taken of; a screen that shows the bag, only of bags it tells apart."""
    return [
        Case(subject, language, size, name)
        for subject, size, language, name in product(SUBJECTS, SIZES, LANGUAGES, NAMES)
        if not subject.sizes or size in subject.sizes
    ]


def chosen_cases() -> Sequence[Case]:
    return pairwise(candidates(), lambda case: case.pairs)
