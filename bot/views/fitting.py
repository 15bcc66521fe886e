"""Texts of any length, brought under the messenger's limit without breaking their markup."""

MOST = 4096


def fit(html: str, most: int = MOST) -> str:
    """Leave out whole lines at the end; no element may reach over a line's end.

    Counted as the strictest reader counts: markup included, in UTF-16 units.
    """
    if fits(html, most):
        return html
    kept, room = [], most - _length("\n…")
    for line in html.split("\n"):
        room -= _length(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*kept, "…"])


def fits(html: str, most: int = MOST) -> bool:
    return _length(html) <= most


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
