"""What the contact sheets show: screens, languages, bags, gear and names, chosen pairwise."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

from tools.pictures.contact_sheets.asked_screens import ASKED
from tools.pictures.contact_sheets.extremes import EVERYTHING, GEAR, NAMES, NOTHING, SIZES
from tools.pictures.contact_sheets.pairwise import pairwise
from tools.pictures.contact_sheets.subjects import SUBJECTS, Subject

LANGUAGES = ("en", "ru")
LOOKED_AT = (0, 14, 200, 1000)
ASKED_OF = 200

Value = tuple[str, object]


@dataclass(frozen=True, slots=True)
class Case:
    """One picture. `name` is a key of `NAMES`, `gear` one of `GEAR`."""

    subject: Subject
    language: str
    size: int
    name: str
    gear: str = EVERYTHING

    @property
    def pairs(self) -> frozenset[tuple[Value, Value]]:
        """Every two values that can be told from the picture, or that the game had to bear together."""
        values: tuple[Value, ...] = (
            ("subject", self.subject.title),
            ("language", self.language),
            ("size", self.size),
            ("name", self.name),
            ("gear", self.gear),
        )
        unseen = set() if self.subject.named else {"name"}
        unseen |= set() if self.size in self.subject.sizes else {"size"}
        unseen |= set() if self.subject.worn else {"gear"}
        return frozenset(
            (one, other)
            for one, other in combinations(values, 2)
            if not (one[0] == "subject" and other[0] in unseen)
        )


def candidates() -> list[Case]:
    """All that a picture could be taken of; a screen that shows the bag, only of bags it tells apart."""
    return [
        Case(subject, language, size, name, gear)
        for subject, size, language, name, gear in product(SUBJECTS, SIZES, LANGUAGES, NAMES, GEAR)
        if not subject.sizes or size in subject.sizes
    ]


def chosen_cases() -> Sequence[Case]:
    return pairwise(candidates(), lambda case: case.pairs)


def every_case() -> Sequence[Case]:
    """Every screen in each language with the bags of `LOOKED_AT`; who has nothing wears nothing.

    Some screens an empty bag does not have. Those of `ASKED` are looked at with one bag.
    """
    every = product(SUBJECTS, LANGUAGES, LOOKED_AT)
    shown = [each for each in every if each[2] or 0 in (each[0].sizes or LOOKED_AT)]
    asked = [(each, language, size) for each, language in product(ASKED, LANGUAGES) for size in bags_of(each)]
    return [
        Case(subject, language, size, "plain", EVERYTHING if size else NOTHING)
        for subject, language, size in (*shown, *asked)
    ]


def bags_of(asked: Subject) -> Sequence[int]:
    return asked.sizes or (ASKED_OF,)
