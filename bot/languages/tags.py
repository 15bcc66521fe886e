"""Language tags of any system, and which of our languages is nearest to one, by CLDR's tables as in Babel."""

from collections.abc import Iterable
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from babel.core import get_global, get_locale_identifier, parse_locale

_LONGEST_TAG = 35  # no valid language tag is longer
_NOBODYS = ("root", "und")
_LIKELY = get_global("likely_subtags")
_ALIASES = get_global("language_aliases")
_MOVED = get_global("territory_aliases")
_PARENTS = get_global("parent_exceptions")


def named(tag: str) -> str:
    """The tag as folders of catalogs are called: `pt-br` is `pt_BR`, `zh_CN.UTF-8` is `zh_CN`.

    Raises ValueError for what is no language, or none that Babel knows.
    """
    name = get_locale_identifier(parse_locale(tag.replace("-", "_")))
    if len(name) > _LONGEST_TAG or name in _NOBODYS:
        raise ValueError(f"{tag!r} is no language")
    try:
        Locale.parse(name)
    except UnknownLocaleError as error:
        raise ValueError(str(error)) from error
    return name


@dataclass(frozen=True, slots=True)
class Tongue:
    """A tag with what it leaves unsaid: `zh_TW` is Chinese in traditional letters, `iw` is `he`."""

    language: str
    script: str
    territory: str
    rest: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """What Bokmål and Nynorsk have in common."""
        parent = _PARENTS.get(self.language, self.language)
        return self.language if "_" in parent else parent

    @property
    def region(self) -> str:
        """What Mexico and Argentina have in common in Spanish: Latin America."""
        place = f"{self.language}_{self.territory}"
        written = f"{self.language}_{self.script}_{self.territory}"
        return _PARENTS.get(written) or _PARENTS.get(place) or place

    def likeness(self, other: "Tongue") -> tuple[bool, ...]:
        """The greater, the nearer."""
        return (
            self.script == other.script,
            self.language == other.language,
            self.territory == other.territory,
            self.region == other.region,
            other == understood(other.language),
            self.rest == other.rest,
        )


def understood(tag: str) -> Tongue | None:
    """What the tag says, as far as it says anything: strange ends are passed over."""
    rest = tag[:_LONGEST_TAG].replace("-", "_")
    while rest:
        try:
            return _completed(*parse_locale(rest))
        except ValueError:
            rest = rest.rpartition("_")[0]
    return None


def nearest(requested: str, present: Iterable[str]) -> str | None:
    """Which of the languages that are there serves somebody best who asks for `requested`."""
    wanted = understood(requested)
    if wanted is None:
        return None
    found = [(name, tongue) for name in present if (tongue := understood(name))]
    akin = [(name, tongue) for name, tongue in found if tongue.family == wanted.family]
    return max(akin, key=lambda each: wanted.likeness(each[1]), default=(None,))[0]


def _completed(
    language: str, territory: str | None, script: str | None, variant: str | None, *more: str
) -> Tongue:
    language, known_territory, known_script, *_ = parse_locale(_ALIASES.get(language, language))
    script, territory = script or known_script, territory or known_territory
    if territory and territory in _MOVED:
        territory = _MOVED[territory][0]
    keys = [f"{language}_{territory}", f"{language}_{script}", language]
    likely = next((_LIKELY[key] for key in keys if key in _LIKELY), "")
    _, likely_territory, likely_script, *_ = parse_locale(likely) if likely else (language, None, None)
    rest = tuple(each for each in (variant, *more) if each)
    return Tongue(language, script or likely_script or "", territory or likely_territory or "", rest)
