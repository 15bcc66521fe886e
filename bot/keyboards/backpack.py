"""Buttons of the backpack: its pages, what to see of it, and marking several things at once."""

from functools import partial
from itertools import chain

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from apps.game_core.modules.inventory.contracts import BackpackPage, GroupBy, ItemView, SortBy
from apps.game_core.modules.items.contracts import ItemType, Rarity
from bot.callbacks.buttons import Act, Choose, Do, Facet, Mark, Marking, Open, ScreenName
from bot.callbacks.makers import Acts
from bot.keyboards.pages import turning
from bot.players.choices import BackpackChoice, View, fingerprint
from bot.views.screen import DANGER, PRIMARY, SUCCESS, Row, button, disabled, in_rows, keyboard
from bot.views.ui import Ui


def backpack(
    ui: Ui, owner: int, page: BackpackPage, choice: BackpackChoice, *, undo: Act | None = None
) -> InlineKeyboardMarkup:
    rows: list[Row] = [
        [button(ui.row_title(item), Open(screen=ScreenName.ITEM, owner=owner, item=item.id, page=page.page))]
        for item in page.items
    ]
    if not page.items and choice.narrows:
        rows.append([button(ui.label("show_all"), Choose(facet=Facet.ALL, owner=owner), PRIMARY)])
    kept = [_kept(ui, owner, view, choice) for view in choice.kept]
    tools = [
        _tool(ui, "search", Open(screen=ScreenName.SEARCH, owner=owner), active=bool(choice.search)),
        _tool(ui, "filter", Open(screen=ScreenName.FILTER, owner=owner), active=_is_filtered(choice)),
        _tool(ui, "order", Open(screen=ScreenName.ORDER, owner=owner), active=_is_ordered(choice)),
    ]
    searched = bool(page.items and choice.search)
    end = [button(ui.label("end_search"), Choose(facet=Facet.SEARCH, owner=owner))] if searched else []
    last = [button(ui.label("back"), Open(screen=ScreenName.MAIN, owner=owner))]
    if undo is not None:
        last.append(button(ui.label("undo"), undo, SUCCESS))
    elif any(item.droppable for item in chain(page.items, page.found)):  # the rows here are there already
        last.append(button(ui.label("drop_several"), Mark(how=Marking.NONE, owner=owner, page=page.page)))
    turn_to = partial(Open, screen=ScreenName.BACKPACK, owner=owner)
    return keyboard([*rows, _pages(ui, page, turn_to), end, kept, tools, last])


def filters(ui: Ui, owner: int, choice: BackpackChoice) -> InlineKeyboardMarkup:
    choose = partial(_choice, ui, owner)
    types = [
        choose(Facet.TYPE, each, ui.label("types_name", each), chosen=choice.filter_type) for each in ItemType
    ]
    rarities = [
        choose(Facet.RARITY, each, ui.label("rarity_from", each), chosen=choice.filter_rarity)
        for each in reversed(Rarity)
        if each.rank
    ]
    wearable = choose(Facet.WEARABLE, "1", ui.label("wearable_only"), chosen="1" if choice.wearable else None)
    return keyboard(
        [
            *in_rows(types, 2),
            *in_rows(rarities, 2),
            [wearable],
            *_ends(ui, owner, choice),
        ]
    )


def orders(ui: Ui, owner: int, choice: BackpackChoice, stamp: str) -> InlineKeyboardMarkup:
    choose = partial(_choice, ui, owner)
    sorts = [choose(Facet.SORT, each, ui.label("sort_name", each), chosen=choice.sort_by) for each in SortBy]
    groups = [
        choose(Facet.GROUP, each, ui.label("group_name", each), chosen=choice.group_by) for each in GroupBy
    ]
    keep = [button(ui.label("keep_order"), Acts(owner, stamp).all(Do.SORT))]
    return keyboard(
        [
            *in_rows(sorts, 2),
            *in_rows(groups, 2),
            *([keep] if _is_ordered(choice) else []),
            *_ends(ui, owner, choice),
        ]
    )


def search(ui: Ui, owner: int, choice: BackpackChoice) -> InlineKeyboardMarkup:
    cancel = button(ui.label("cancel"), Open(screen=ScreenName.BACKPACK, owner=owner))
    if not choice.search:
        return keyboard([[cancel]])
    forget = button(ui.label("forget_search"), Choose(facet=Facet.SEARCH, owner=owner))
    return keyboard([[forget, cancel]])


def marking(ui: Ui, owner: int, page: BackpackPage, marked: tuple[ItemView, ...]) -> InlineKeyboardMarkup:
    ids = {item.id for item in marked}
    mark = partial(Mark, owner=owner, page=page.page)
    rows = [[_markable(ui, item, mark, marked=ids.issuperset((item.id, *item.alike)))] for item in page.items]
    every = [
        button(ui.label("mark_all", sum(item.droppable for item in page.found)), mark(how=Marking.ALL)),
        button(ui.label("mark_none"), mark(how=Marking.NONE)) if ids else disabled(ui.label("mark_none")),
    ]
    ask = Open(screen=ScreenName.CONFIRM_MARKED, owner=owner, page=page.page)
    drop = button(ui.label("drop_marked", len(ids)), ask, DANGER)
    back = button(ui.label("back"), Open(screen=ScreenName.BACKPACK, owner=owner, page=page.page))
    turn_to = partial(Open, screen=ScreenName.MARKING, owner=owner)
    last = [back, drop if ids else disabled(ui.label("drop_marked", 0))]
    return keyboard([*rows, _pages(ui, page, turn_to), every, last])


def confirm_marked(
    ui: Ui, owner: int, marked: tuple[ItemView, ...], page: int, stamp: str
) -> InlineKeyboardMarkup:
    act = Acts(owner, stamp, page).shown(Do.DROP_MARKED, fingerprint(marked))
    keep = button(ui.label("keep_many"), Open(screen=ScreenName.MARKING, owner=owner, page=page), SUCCESS)
    return keyboard([[button(ui.label("drop_yes", len(marked)), act, DANGER), keep]])


def _tool(ui: Ui, label: str, data: Open, *, active: bool) -> InlineKeyboardButton:
    return button(ui.label(label), data, PRIMARY if active else None)


def _choice(
    ui: Ui, owner: int, facet: Facet, value: str, label: str, *, chosen: str | None
) -> InlineKeyboardButton:
    """A second tap on what is chosen takes it back."""
    if value == chosen:
        return button(ui.label("chosen", label), Choose(facet=facet, owner=owner), PRIMARY)
    return button(label, Choose(facet=facet, owner=owner, value=value))


def _ends(ui: Ui, owner: int, choice: BackpackChoice) -> list[Row]:
    back = button(ui.label("back"), Open(screen=ScreenName.BACKPACK, owner=owner))
    reset = button(ui.label("reset"), Choose(facet=Facet.ALL, owner=owner))
    last = [back, reset] if choice.narrows or _is_ordered(choice) else [back]
    return [_keeping(ui, owner, choice), last]


def _keeping(ui: Ui, owner: int, choice: BackpackChoice) -> Row:
    """What is chosen, kept for one tap from the backpack."""
    if not choice.view.code:
        return []
    if choice.view in choice.kept:
        return [button(ui.label("forget_view"), Choose(facet=Facet.KEEP, owner=owner))]
    return [button(ui.label("keep_view"), Choose(facet=Facet.KEEP, owner=owner, value="1"))]


def _kept(ui: Ui, owner: int, view: View, choice: BackpackChoice) -> InlineKeyboardButton:
    """A second tap leads back to everything."""
    if view == choice.view:
        return button(ui.label("view", view), Choose(facet=Facet.ALL, owner=owner), PRIMARY)
    return button(ui.label("view", view), Choose(facet=Facet.VIEW, owner=owner, value=view.code))


def _markable(ui: Ui, item: ItemView, mark: "partial[Mark]", *, marked: bool) -> InlineKeyboardButton:
    if not item.droppable:
        return disabled(ui.row_title(item))
    how = Marking.REMOVE if marked else Marking.ADD
    label = ui.row_title(item, "marked_row" if marked else "unmarked_row")
    return button(label, mark(how=how, item=item.id), PRIMARY if marked else None)


def _pages(ui: Ui, page: BackpackPage, turn_to: "partial[Open]") -> Row:
    return turning(ui, page.page, page.pages, lambda number: turn_to(page=number))


def _is_filtered(choice: BackpackChoice) -> bool:
    return not choice.search and bool(choice.filter_type or choice.filter_rarity or choice.wearable)


def _is_ordered(choice: BackpackChoice) -> bool:
    return bool(choice.sort_by or choice.group_by)
