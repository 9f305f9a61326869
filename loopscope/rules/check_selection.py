"""Settings that select or ignore rules name rules that are there."""

from __future__ import annotations

import difflib

from loopscope.config import Settings
from loopscope.errors import LoopscopeError
from loopscope.rules.registry import load_rules


def check_selection(settings: Settings) -> None:
    """Check the codes and prefixes of ``select`` and ``ignore``; rules load only if there are any.

    Raises:
        LoopscopeError: One is the beginning of no rule's code.
    """
    for code in (*settings.select, *settings.ignore):
        if not code or not any(rule.code.startswith(code) for rule in load_rules()):
            raise no_such_rule(code)


def no_such_rule(code: str) -> LoopscopeError:
    """Return the error for a rule that does not exist, with the closest one that does."""
    known = [name for rule in load_rules() for name in (rule.code, rule.name)]
    close = difflib.get_close_matches(code.upper(), known, 1, 0.5)
    close = close or difflib.get_close_matches(code.lower(), known, 1, 0.5)
    hint = f"Did you mean {close[0]}?" if close else "loopscope rules lists all."
    return LoopscopeError(f"There is no rule {code or '(empty)'}. {hint}", slug="unknown-rule")
