"""Who imports whom, read from every module's syntax tree."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOPS = ("apps", "bot", "telegram_sandbox", "tools")


@dataclass(frozen=True)
class Import:
    """`name` is imported by `module`."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module} imports {self.name}"


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[Import]:
    return _imports_in(tree(path), module_name(path))


def imports_in(code: str, module: str) -> Iterator[Import]:
    return _imports_in(ast.parse(code), module)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports_in(code: ast.Module, module: str) -> Iterator[Import]:
    for node in ast.walk(code):
        if isinstance(node, ast.Import):
            yield from (Import(module, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative imports hide where they point"
            yield from (Import(module, _target(node.module or "", alias)) for alias in node.names)


def _target(package: str, alias: ast.alias) -> str:
    """`from a import b` means the module a.b where there is one, else a name within a."""
    name = f"{package}.{alias.name}"
    return name if _is_there(name) else package


@cache
def _is_there(module: str) -> bool:
    place = ROOT.joinpath(*module.split("."))
    return place.is_dir() or place.with_suffix(".py").is_file()


FILES = tuple(path for top in TOPS for path in sorted((ROOT / top).rglob("*.py")))


@cache
def all_imports() -> tuple[Import, ...]:
    """Read when somebody asks: each test process has this module, and only one needs to know."""
    return tuple(found for path in FILES for found in imports_of(path))


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def own(name: str) -> bool:
    return within(name, *TOPS, "tests")
