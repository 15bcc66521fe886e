"""What templates name, texts and each other: looked up once a language, not while a screen is drawn.

Jinja's own `_(…)` goes through its context twice, and marks and formats the text, each time it is shown; its
`import` compares all names that two templates know. Nothing here is compiled for one language only.
"""

from collections.abc import Callable, Mapping, MutableMapping
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from bot.i18n import Translator

_REMEMBERED = 1_024
Key = str | tuple[str, ...]
"""A text of the source language, or a context and a text."""


class Words(dict[Key, str]):
    """One language's texts, in the form that `finish` gives them."""

    def __init__(self, translator: Translator, finish: Callable[[str], str]) -> None:
        self._translator = translator
        self._finish = finish

    def __missing__(self, key: Key) -> str:
        look = self._translator.gettext if isinstance(key, str) else self._translator.pgettext
        found = self[key] = self._finish(look(*([key] if isinstance(key, str) else key)))
        return found


class Modules(dict[str, TemplateModule | SimpleNamespace]):
    """Templates that others import: run when the first of them does.

    Macros of `*.txt.j2` say the same of the same words and numbers each time: they are run once for each. As
    they escape nothing, what they say is taken as it is.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __missing__(self, name: str) -> TemplateModule | SimpleNamespace:
        module = self._environment.get_template(name).module
        found = self[name] = _remembering(module) if name.endswith(".txt.j2") else module
        return found


def _remembering(module: TemplateModule) -> SimpleNamespace:
    def remembering(macro: Macro) -> Callable[..., Markup]:
        return lru_cache(_REMEMBERED)(lambda *values: Markup(macro(*values)))  # noqa: S704 - see `Modules`

    macros = {name: each for name, each in vars(module).items() if isinstance(each, Macro)}
    return SimpleNamespace(**{name: remembering(each) for name, each in macros.items()})


class _Plainly(CodeGenerator):
    """An attribute is no key, and a method wants to know no context: Jinja itself asks each time."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        if not isinstance(node.node, nodes.Getattr) or forward_caller or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for each in (*node.args, *node.kwargs):
            self.visit(each, frame)
            self.write(", ")
        self.write(")")


class NamingEnvironment(Environment):
    """Compiles `_`, `pgettext` and `import` of what is written in the template to a look into a mapping."""

    code_generator_class = _Plainly

    def know(self, translator: Translator) -> None:
        self.globals.update(_words(translator, str), **_words(translator, Markup, "safe_"))
        self.globals["modules"] = Modules(self)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Jinja's own looks through two mappings, name by name, for each screen; ours are all there."""
        return {**self.globals, **(d or {})}

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        is_safe = callable(self.autoescape) and self.autoescape(name)
        named = _Naming("safe_" if is_safe else "").visit(source)
        return super()._generate(named, name, filename, defer_init)


def _words(translator: Translator, kind: Callable[[str], str], prefix: str = "") -> Mapping[str, Words]:
    """`words` are shown as they are; `forms` wait for what is to be filled in."""
    return {
        f"{prefix}words": Words(translator, lambda text: kind(text) % {}),
        f"{prefix}forms": Words(translator, kind),
    }


class _Naming(NodeTransformer):
    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def visit_Import(self, node: nodes.Import) -> nodes.Node:  # noqa: N802 - Jinja's name
        if node.with_context or not isinstance(node.template, nodes.Const):
            return node
        return nodes.Assign(nodes.Name(node.target, "store"), _look("modules", node.template.value))

    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(call)
        key = _key(call)
        if key is None:
            return call
        if not call.kwargs:
            return _look(f"{self._prefix}words", key)
        values = [nodes.Pair(nodes.Const(each.key), each.value) for each in call.kwargs]
        return nodes.Mod(_look(f"{self._prefix}forms", key), nodes.Dict(values))


def _look(into: str, key: Key) -> nodes.Getitem:
    return nodes.Getitem(nodes.Name(into, "load"), nodes.Const(key), "load")


def _key(call: nodes.Call) -> Key | None:
    """What is called for, if that is the same each time."""
    name: Any = call.node
    given = [each.value for each in call.args if isinstance(each, nodes.Const)]
    if not isinstance(name, nodes.Name) or len(given) < len(call.args) or call.dyn_args or call.dyn_kwargs:
        return None
    match name.name, given:
        case "_", [str() as text]:
            return text
        case "pgettext", [str() as context, str() as text]:
            return context, text
        case _:
            return None
