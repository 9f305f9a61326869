"""What a user can set, read once into one frozen value."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec

from loopscope.errors import LoopscopeError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Count = Annotated[int, msgspec.Meta(ge=0)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


@dataclass(frozen=True, slots=True)
class Settings:
    """How loopscope looks at a program.

    Attributes:
        include: Path prefixes that count as the user's code although they lie in site-packages.
        exclude: Path prefixes whose loops are never looked at.
        select: Rule codes or their prefixes that may report; empty means all.
        ignore: Rule codes or their prefixes that never report.
        min_iterations: Loops that ran fewer iterations in a window are not hotspots.
        min_share: Loops that cost a smaller share of the window are not hotspots.
        min_cost_ns: Loops that cost less than this are not hotspots, in nanoseconds.
        max_samples: Clock samples kept per thread; past it the clock counts only.
        max_snapshot_bytes: Bytes of tensors copied when a loop is entered; a loop is looked at
            twice at most. A tensor that does not fit is not copied: its loop can be replayed only
            while the tensor is alive and unchanged.
        max_snapshots_bytes: The same for all loops of a window together.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_iterations: Count = 8
    min_share: Share = 0.02
    min_cost_ns: Count = 200_000
    max_samples: Count = 4_000_000
    max_snapshot_bytes: Count = 64 << 20
    max_snapshots_bytes: Count = 512 << 20

    def allows(self, code: str) -> bool:
        """Return whether the rule with this code may report."""
        if self.ignore and code.startswith(self.ignore):
            return False
        return not self.select or code.startswith(self.select)


def read_settings(given: Settings | Mapping[str, object] | None = None) -> Settings:
    """Return the settings that hold for a program that runs in the current directory.

    Args:
        given: A ``Settings`` holds as it is. Single settings by name go over those of
            ``[tool.loopscope]`` in the nearest ``pyproject.toml``: the current directory's, else
            the closest above it.

    Raises:
        LoopscopeError: A setting is unknown or has a wrong type, or the file is no TOML. All that
            is wrong with one source is said at once.
    """
    if isinstance(given, Settings):
        return _checked(asdict(given), "settings", Path())
    path = _nearest_pyproject()
    of_file = Settings()
    if path is not None:
        of_file = _checked(_read_table(path), f"[tool.loopscope] in {path}", path.parent)
    return _checked({**asdict(of_file), **(given or {})}, "settings", Path())


def _nearest_pyproject() -> Path | None:
    try:
        here = Path.cwd()
        return next(
            (p for p in (d / "pyproject.toml" for d in (here, *here.parents)) if p.is_file()), None
        )
    except OSError:  # the current directory is gone, or one above may not be looked at
        return None


def _read_table(path: Path) -> Mapping[str, object]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LoopscopeError(
            f"{path} cannot be read: {error}. Mend it, or run from another directory.",
            slug="settings-unreadable",
        ) from None
    table = document.get("tool", {}).get("loopscope", {})
    if not isinstance(table, dict):
        raise LoopscopeError(
            f"tool.loopscope in {path} is no table. Write [tool.loopscope] above its keys.",
            slug="bad-settings",
        )
    return table


def _checked(values: Mapping[str, Any], source: str, folder: Path) -> Settings:
    wrong = list(_problems(values))
    if wrong:
        raise LoopscopeError(f"{source}: {'; '.join(wrong)}.", slug="bad-settings")
    hints = get_type_hints(Settings, include_extras=True)
    kept = {name: msgspec.convert(value, hints[name]) for name, value in values.items()}
    for name in ("include", "exclude"):
        kept[name] = tuple(_absolute(prefix, folder) for prefix in kept.get(name, ()))
    return Settings(**kept)


def _problems(values: Mapping[str, Any]) -> Iterator[str]:
    hints = get_type_hints(Settings, include_extras=True)
    for name, value in values.items():
        if name not in hints:
            close = difflib.get_close_matches(name.replace("-", "_"), hints, 1)
            names = ", ".join(field.name for field in fields(Settings))
            yield f"{name} is unknown, " + (
                f"did you mean {close[0]}" if close else f"use {names}"
            )
            continue
        try:
            msgspec.convert(value, hints[name])
        except msgspec.ValidationError as error:
            message = str(error).replace("`", "").split(" - at ")[0]
            yield f"{name} = {value!r}: {message[:1].lower()}{message[1:]}"


def _absolute(prefix: str, folder: Path) -> str:
    """Code of a file has an absolute path; that of a notebook cell begins with ``<``."""
    return prefix if prefix.startswith("<") else str(folder.absolute() / prefix)
