"""Settings of the machine's owner: `config.toml` in the library's folder, read at each call.

quota_gb = 500              # limit for films, proxies and unfinished uploads together; absent: the disk's size
unfinished_days = 7         # an upload that received no byte for so long is removed
folders = ["/mnt/cuts"]     # films below these may be opened where they lie; absent: none
keep_pictures = true        # false: scans keep numbers only, no small picture of any frame
people = ["ann@a.example"]  # e-mail addresses that may use the app after signing in; absent: all
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ..errors import SettingsError
from . import descriptors, os_errors
from .layout import Home


@dataclass(frozen=True, slots=True)
class Configuration:
    """Validated content of config.toml."""

    quota_gb: float | None = None
    """Gigabytes (1e9 bytes) that films, proxies and unfinished uploads may take together; None: the disk's size."""
    unfinished_days: float = 7.0
    """Days without a new byte after which an unfinished upload is removed; above 0."""
    folders: tuple[Path, ...] = ()
    """Absolute paths of folders below which films may be opened in place. Links are resolved before comparing."""
    keep_pictures: bool = True
    """Whether scans store small pictures of the sampled frames by default."""
    people: tuple[str, ...] = ()
    """Verified e-mail addresses that may use the app; empty: everyone who signs in."""

    def __post_init__(self) -> None:
        if self.quota_gb is not None and not self.quota_gb > 0:
            raise SettingsError(f"quota_gb was {self.quota_gb}.", "Give gigabytes above 0, or leave it out.")
        if not self.unfinished_days > 0:
            raise SettingsError(f"unfinished_days was {self.unfinished_days}.", "Give days above 0.")
        for folder in self.folders:
            if not folder.is_absolute():
                raise SettingsError(f"folders names “{folder}”.", "Give whole paths, from the root on.")

    @property
    def quota(self) -> int | None:
        """`quota_gb` in bytes; None for no limit."""
        return None if self.quota_gb is None else int(self.quota_gb * 1e9)

    @classmethod
    def load(cls, home: Path) -> Configuration:
        """Content of `home`/config.toml, or the defaults if there is no such file. Raises SettingsError."""
        file = Home(home).configuration
        try:
            text = file.read_bytes()
        except FileNotFoundError:
            return cls()
        except OSError as error:
            descriptors.raise_if_ran_out(error)
            raise SettingsError(f"{file} cannot be read: {error.strerror}.", os_errors.advice(error)) from error
        import tomllib  # few libraries have such a file

        try:
            content = tomllib.loads(text.decode())
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(
                f"{file} cannot be read ({error}).", "Mend it, or remove it for the defaults."
            ) from error
        names = {field.name for field in fields(cls)}
        if unknown := sorted(content.keys() - names):
            raise SettingsError(f"{file} sets “{unknown[0]}”.", f"There are {', '.join(sorted(names))}.")
        return cls(**{name: _checked(file, name, value) for name, value in content.items()})


def _checked(file: Path, name: str, value: Any) -> Any:
    """`value` converted to the type of the setting `name`. Raises SettingsError for another type."""
    match name, value:
        case "keep_pictures", bool():
            return value
        case (("quota_gb" | "unfinished_days"), int() | float()) if not isinstance(value, bool):
            return float(value)
        case "folders", list() if all(isinstance(item, str) for item in value):
            return tuple(Path(item).expanduser() for item in value)
        case "people", list() if all(isinstance(item, str) for item in value):
            return tuple(value)
    raise SettingsError(f"{file} sets {name} to {value!r}.", f"See {file.name} in the README for what it takes.")
