"""Ask the rules about one loop."""

from __future__ import annotations

import warnings

from loopscope.config import Settings
from loopscope.errors import LoopscopeWarning
from loopscope.model.match import Match
from loopscope.rules.left_alone import is_left_alone
from loopscope.rules.registry import load_rules
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject


def match_loop(subject: Subject, settings: Settings) -> tuple[Rule, Match] | None:
    """Return the first rule that recognises the loop; ``None`` where none is asked.

    Loops that are as they should be are left alone, and rules can be deselected.

    A rule that crashes becomes a warning that names it, and the next one is asked.
    """
    if is_left_alone(subject):
        return None
    for rule in load_rules():
        if not settings.allows(rule.code):
            continue
        try:
            match = rule.match(subject)
        except Exception as error:
            warnings.warn(
                f"Rule {rule.code} ({rule.name}) failed on {subject.loop.path}:"
                f"{subject.loop.line}: {error!r}",
                LoopscopeWarning,
                stacklevel=2,
            )
            continue
        if match is not None:
            return rule, match
    return None
