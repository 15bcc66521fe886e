"""What `run.py chaos --ablate` says of a protection, noticed or not."""

import pytest

from tools.ablations.__main__ import verdict
from tools.ablations.ablations import WithoutInScript
from tools.ablations.protections import PROTECTIONS, Protection

_LOSS = WithoutInScript("nobody minds", "save", "x")


@pytest.mark.parametrize(
    ("redundant", "found", "is_fine"),
    [("", "a test", True), ("", None, False), ("a reason", None, True), ("a reason", "a test", False)],
)
def test_a_loss_is_noticed_or_said_to_be_redundant_and_not_both(
    redundant: str, found: str | None, is_fine: bool
) -> None:
    fine, text = verdict(Protection(_LOSS, "tests", redundant), found)

    assert fine is is_fine
    assert redundant in text
    assert (found or "") in text


def test_every_protection_says_what_its_loss_means() -> None:
    losses = [each.ablation.what for each in PROTECTIONS.values()]
    assert all(losses)
    assert len(set(losses)) == len(losses)


@pytest.mark.parametrize("name", PROTECTIONS)
def test_every_protection_stands_in_the_code_as_it_is(name: str) -> None:
    assert PROTECTIONS[name].ablation.stands()
