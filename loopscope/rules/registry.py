"""All rules: the package's own, by package walk, and third parties', by entry point."""

from __future__ import annotations

import importlib
import pkgutil
import warnings
from functools import cache
from importlib.metadata import entry_points

from loopscope.errors import LoopscopeError, LoopscopeWarning
from loopscope.rules import catalog
from loopscope.rules.rule import Rule

ENTRY_POINT = "loopscope.rules"


@cache
def load_rules() -> tuple[Rule, ...]:
    """Return every rule in the order in which they are asked.

    Raises:
        LoopscopeError: Two rules have the same code.
    """
    modules = [info.name for info in pkgutil.iter_modules(catalog.__path__)]
    rules = [importlib.import_module(f"{catalog.__name__}.{name}").RULE for name in modules]
    rules += _third_party()
    by_code: dict[str, Rule] = {}
    for rule in rules:
        if rule.code in by_code:
            raise LoopscopeError(
                f"Two rules have the code {rule.code}: {by_code[rule.code].name} and {rule.name}. "
                "Give one of them another code.",
                slug="duplicate-rule",
            )
        by_code[rule.code] = rule
    return tuple(sorted(rules, key=lambda rule: (rule.order, rule.code)))


def _third_party() -> list[Rule]:
    rules = []
    for point in entry_points(group=ENTRY_POINT):
        try:
            rule = point.load()
        except Exception as error:
            warnings.warn(
                f"Rule {point.name} could not be loaded: {error}", LoopscopeWarning, stacklevel=2
            )
            continue
        rules.append(rule)
    return rules
