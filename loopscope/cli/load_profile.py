"""Import the profiler, and torch with it, when a command comes to need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopscope.errors import LoopscopeError

if TYPE_CHECKING:
    from loopscope.api import profile


def load_profile() -> type[profile]:
    """Return ``loopscope.profile``.

    Raises:
        LoopscopeError: torch is not installed, or an installation is broken.
    """
    try:
        from loopscope.api import profile
    except ImportError as error:
        raise LoopscopeError(
            f"The profiler cannot be imported: {error}. Install torch in this environment, see "
            "https://pytorch.org/get-started.",
            slug="torch-missing",
        ) from None
    return profile
