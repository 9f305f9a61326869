"""Everything that loopscope raises or warns."""

from __future__ import annotations


class LoopscopeError(Exception):
    """Tell the user in one line what happened, where, and what to try.

    Args:
        message: One line, complete in itself.
        slug: Anchor of the explanation in ``docs/reference/messages.md``.
    """

    def __init__(self, message: str, *, slug: str) -> None:
        super().__init__(message)
        self.slug = slug


class LoopscopeWarning(UserWarning):
    """Something of ours went wrong; the user's program and its results are untouched."""
