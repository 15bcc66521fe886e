"""Each protection of the trade taken out, in the smallest world that needs it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tools.explorer.trading.goods import COIN, piece
from tools.explorer.trading.world import Rules, World

_A, _B = piece(0), piece(1)
_ONE = World()
_CHANGED = World(offers=((_A, _A + COIN), (_B,)), coins=1)
_RESTORED = World(restores=1)


@dataclass(frozen=True)
class TradeAblation:
    """`breaks` names an invariant that must fall."""

    what: str
    without: Rules
    world: World
    breaks: str


TRADE_ABLATIONS: Mapping[str, TradeAblation] = {
    "trade: no fingerprint": TradeAblation(
        "whatever both have given is exchanged", Rules(compares_fingerprints=False), _CHANGED, "C"
    ),
    "trade: fingerprint of contents": TradeAblation(
        "a table counts as the same when it was changed and changed back",
        Rules(marks_are_random=False),
        World(offers=((_A,), (_B, _B))),
        "C",
    ),
    "trade: no escrow": TradeAblation(
        "what is given goes from session to session, each written for itself", Rules(escrow=False), _ONE, "K"
    ),
    "trade: no fence": TradeAblation(
        "a write does not look at the row", Rules(writes_are_fenced=False), _ONE, "K"
    ),
    "trade: settlement in two commits": TradeAblation(
        "the bag is written, and what was given is put into the trade afterwards",
        Rules(gives_and_settles_at_once=False),
        _ONE,
        "K",
    ),
    "trade: one receipt after the other": TradeAblation(
        "the trade is settled with one inbox row, the other follows",
        Rules(posts_both_at_once=False),
        _ONE,
        "K",
    ),
    "trade: no ending": TradeAblation(
        "what one has given waits for the other for ever", Rules(overdue_trades_end=False), _ONE, "E"
    ),
    "trade: blind ending": TradeAblation(
        "who ends an overdue trade does not look whether it was settled meanwhile",
        Rules(expiry_compares=False),
        _ONE,
        "S",
    ),
    "trade: nothing comes back": TradeAblation(
        "a trade ends without giving back what waits in it", Rules(ending_gives_back=False), _ONE, "K"
    ),
    "trade: deletion alone": TradeAblation(
        "a character is deleted without a look at its trades",
        Rules(deletion_ends_trades=False),
        World(deaths=1),
        "K",
    ),
    "trade: receipts from nowhere": TradeAblation(
        "a write or a rebase does not ask whether the inbox has what was received",
        Rules(receipts_need_their_row=False),
        _RESTORED,
        "K",
    ),
    "trade: receipts not compared": TradeAblation(
        "a session that stands on the row of a restored database is taken as it is",
        Rules(checking_looks_at_receipts=False),
        _RESTORED,
        "V",
    ),
    "trade: confirmed for ever": TradeAblation(
        "a change leaves the own confirmation", Rules(change_clears_confirmation=False), _CHANGED, "W"
    ),
    "trade: given unseen": TradeAblation(
        "what is given need not be in the bag",
        Rules(giving_checks_the_bag=False),
        World(pairs=((0, 1), (0, 1)), uses=True),
        "P",
    ),
    "trade: an older table": TradeAblation(
        "a session of an older file keeps its table",
        Rules(other_run_clears_table=False),
        World(offers=((_A, _A + COIN), (_B,)), coins=1, losses=1, rewinds=True),
        "W",
    ),
}
