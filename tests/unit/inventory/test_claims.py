"""A claim that is damaged is one that is not understood, whatever is wrong with it."""

from collections.abc import Sequence

import pytest

from apps.game_core.adapters.redis.claims import UnreadClaim, claimed
from apps.game_core.modules.inventory.session_store import Orphan

FIELDS: Sequence[bytes] = (b"version", b"3", b"rev", b"r", b"base_version", b"2", b"base_rev", b"b")
FIELDS = (*FIELDS, b"synced_version", b"2", b"since", b"1")
NESTED = b'{"more":' + b"[" * 100_000


def test_whole_control_data_without_a_document_is_an_orphan() -> None:
    assert isinstance(claimed("token", [b"7", b"", list(FIELDS)]), Orphan)


@pytest.mark.parametrize(
    "fields",
    [(*FIELDS, b"t:old", b""), (*FIELDS, b"odd"), (b"version", b"three"), (), (*FIELDS, b"m:x", b"1.5")],
)
def test_control_data(fields: Sequence[bytes]) -> None:
    found = claimed("token", [b"7", b"{}", list(fields)])
    assert isinstance(found, UnreadClaim)
    assert found.control is None


@pytest.mark.parametrize("document", [b"{", b"[]", NESTED, b'{"metadata":{}}', b"\xff"])
def test_documents(document: bytes) -> None:
    found = claimed("token", [b"7", document, list(FIELDS)])
    assert isinstance(found, UnreadClaim)
    assert found.control is not None
