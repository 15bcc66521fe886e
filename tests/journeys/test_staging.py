"""A rehearsal of production in short, and what each of its stages says of a promise that is not kept."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tools.chaos.journal import Journal, Word
from tools.chaos.plan import Persistence, draw_plan
from tools.chaos.verdict import Judgement
from tools.staging import stages
from tools.staging.show import Rehearsal, rehearse
from tools.staging.stages import Answered, Stage
from tools.support import nginx, pgbouncer
from tools.support.patience import PATIENCE

# With it, 6 seconds hold a death of the pooler, the proxy and a master, and a master that hands over.
SEED = 21667
FAULTS = ("kill pooler", "kill master", "fail over", "kill proxy")
JOURNAL = Journal()
JOURNAL.told((1, "op"), Word(0.5, 1.0, repeated=False), "done")
VERDICT = Judgement(1, (), (), ())


@pytest.mark.skipif(not nginx.PROGRAM, reason=nginx.MISSING)
@pytest.mark.skipif(not pgbouncer.PROGRAM, reason=pgbouncer.MISSING)
async def test_production_in_short_keeps_what_is_promised(tmp_path: Path) -> None:
    drawn = draw_plan(*(SEED, 6, 3, Persistence.AOF), pooled=True, proxied=True, clustered=True)
    chaos = replace(drawn, workers=1, answers_within=PATIENCE)
    told: list[Stage] = []

    kept = await rehearse(Rehearsal(chaos, pause=0.1), tmp_path, told.append)

    assert kept, "\n".join(said(told))
    assert [each.name for each in told] == ["start", "newcomer", "chaos", "mending", "restart", "audit"]
    assert [fault for fault in FAULTS if f"{fault} 1" not in told[2].seen] == []


@pytest.mark.parametrize(
    ("kept", "broken", "why"),
    [
        (stages.met("newcomer", []), stages.met("newcomer", ["not seen: 'level 1'"]), "not seen: 'level 1'"),
        (
            stages.replaced("restart", Answered(9, 0, 1.0), {"bot-0": 1.0}, []),
            stages.replaced("restart", Answered(9, 2, 1.0), {"bot-0": 1.0}, []),
            "2 without an answer",
        ),
        (
            stages.replaced("restart", Answered(9, 0, 1.0), {"bot-0": 1.0}, []),
            stages.replaced("restart", Answered(9, 0, 1.0), {"bot-0": 1.0}, ["bot-0"]),
            "bot-0 had to be killed",
        ),
        (stages.suffered(6.0, JOURNAL, 1), stages.suffered(6.0, JOURNAL, 2), "1 operations acknowledged"),
        (
            stages.audited(JOURNAL, VERDICT, ["coins: 1 more"]),
            stages.audited(JOURNAL, replace(VERDICT, wrong=("coins: 1 more",)), ["coins: 1 more"]),
            "coins: 1 more",
        ),
        (
            stages.audited(JOURNAL, VERDICT, []),
            stages.audited(JOURNAL, replace(VERDICT, twice=((1, "op"),)), []),
            "1 taken back",
        ),
        (stages.mended(1.0), stages.stuck("mending", "TimeoutError()"), "mending: TimeoutError"),
    ],
)
def test_a_promise_that_is_not_kept_is_said_and_fails(kept: Stage, broken: Stage, why: str) -> None:
    assert kept.good
    assert "BROKEN" not in str(kept)
    assert not kept.details
    assert not broken.good
    assert "BROKEN" in str(broken)
    assert [line for line in said([broken]) if why in line]


def said(told: Sequence[Stage]) -> list[str]:
    return [line for each in told for line in (str(each), *each.details)]
