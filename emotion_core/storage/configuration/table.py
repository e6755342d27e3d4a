"""A table of a TOML file, read value by value: each has one type, and a key that nothing reads is an error."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...errors import SettingsError


class Table:
    """The values of a table. Every method names the file, the table and the key in its message.

    Values of a table with secrets are never in a message.
    """

    def __init__(self, file: Path, name: str, content: object, *, has_secrets: bool = False) -> None:
        """`name` as in the file, with brackets; empty for the file's top level. Raises SettingsError for no table."""
        self._file, self._name, self._has_secrets = file, name, has_secrets
        if not isinstance(content, dict):
            raise SettingsError(f"{file}: {name} is no table.", f"Write {name} on a line, and below it a key a line.")
        self._content: dict[str, Any] = content
        self._known: set[str] = set()

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self._value(key, default)
        if isinstance(value, bool):
            return value
        raise self._refusal(key, value, "Write true or false.")

    def number(self, key: str, default: float) -> float:
        """A number."""
        value = self._value(key, default)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        raise self._refusal(key, value, "Write a number.")

    def optional_number(self, key: str) -> float | None:
        """A number, or None where there is none."""
        return self.number(key, 0.0) if key in self else self._value(key, None)

    def text(self, key: str, default: str | None = None) -> str | None:
        """A text; None where there is none and no default."""
        value = self._value(key, default)
        if value is None or isinstance(value, str):
            return value
        raise self._refusal(key, value, "Write a text in quotes.")

    def required_text(self, key: str) -> str:
        """A text that must be there. Raises SettingsError."""
        value = self.text(key)
        if value is None:
            raise SettingsError(f"{self._place()} has no {key}.", f'Add a line {key} = "…".')
        return value

    def texts(self, key: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """A list of texts."""
        value = self._value(key, list(default))
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self._refusal(key, value, "Write texts in quotes, between brackets.")

    def paths(self, key: str) -> tuple[Path, ...]:
        """A list of absolute paths of folders; `~` is the home folder of who runs this. Raises SettingsError."""
        paths = tuple(Path(text).expanduser() for text in self.texts(key))
        for path in paths:
            if not path.is_absolute():
                raise SettingsError(f"{key} names “{path}”.", "Give whole paths, from the root on.")
        return paths

    def table(self, key: str, *, has_secrets: bool = False) -> Table:
        """The table `[key]`; an empty one where there is none."""
        return Table(self._file, f"[{key}]", self._value(key, {}), has_secrets=has_secrets)

    def tables(self, key: str, title: str, *, has_secrets: bool = False) -> tuple[Table, ...]:
        """Each table `[[title]]`; `key` is its name in this table."""
        value = self._value(key, [])
        if not isinstance(value, list):
            advice = f"Write [[{title}]] on a line, and below it a key a line."
            raise self._refusal(key, value, advice, has_secrets=has_secrets)
        return tuple(
            Table(self._file, f"[[{title}]], number {number},", each, has_secrets=has_secrets)
            for number, each in enumerate(value, start=1)
        )

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def raise_if_unknown(self) -> None:
        """Raise SettingsError for a key that nothing has read."""
        if unknown := sorted(self._content.keys() - self._known):
            raise SettingsError(f"{self._place()} sets “{unknown[0]}”.", f"There are {', '.join(sorted(self._known))}.")

    def error(self, problem: str, advice: str) -> SettingsError:
        """An error about this table."""
        return SettingsError(f"{self._place()}: {problem}", advice)

    def _place(self) -> str:
        return f"{self._file} {self._name}".strip().rstrip(",") if self._name else str(self._file)

    def _value(self, key: str, default: object) -> Any:
        self._known.add(key)
        return self._content.get(key, default)

    def _refusal(self, key: str, value: object, advice: str, *, has_secrets: bool = False) -> SettingsError:
        is_hidden = has_secrets or self._has_secrets
        shown = f"sets {key} to a value of another kind." if is_hidden else f"sets {key} to {value!r}."
        return SettingsError(f"{self._place()} {shown}", advice)
