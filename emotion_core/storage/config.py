"""What the owner of this machine allows: `config.toml` in the library's folder, read anew whenever it is asked for.

quota_gb = 500              # films, proxies and unfinished uploads together; absent: as much as the disk holds
unfinished_days = 7         # after so many days without a byte an upload is nobody's
folders = ["/mnt/cuts"]     # films below these may be opened where they lie; absent: none
keep_pictures = true        # false: scans keep numbers only, no small picture of any frame
people = ["ann@a.example"]  # who may come in of those who sign in; absent: all of them
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ..errors import SettingsError
from . import descriptors, os_errors

FILE = "config.toml"


@dataclass(frozen=True, slots=True)
class Configuration:
    """The file's settings, checked."""

    quota_gb: float | None = None
    """Gigabytes (1e9 bytes) that films, proxies and unfinished uploads may take; None: as much as the disk holds."""
    unfinished_days: float = 7.0
    """Above 0."""
    folders: tuple[Path, ...] = ()
    """Absolute; links in them are followed before anything is compared with them."""
    keep_pictures: bool = True
    people: tuple[str, ...] = ()
    """Verified e-mail addresses; without any, whoever signs in may come in."""

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
        """Bytes."""
        return None if self.quota_gb is None else int(self.quota_gb * 1e9)

    @classmethod
    def of(cls, home: Path) -> Configuration:
        """What `home`/config.toml says; the defaults where there is none. Raises SettingsError."""
        file = home / FILE
        try:
            told = tomllib.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        except OSError as error:
            descriptors.refuse(error)
            raise SettingsError(f"{file} cannot be read: {error.strerror}.", os_errors.advice(error)) from error
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(
                f"{file} cannot be read ({error}).", "Mend it, or remove it for the defaults."
            ) from error
        known = {field.name for field in fields(cls)}
        if strange := sorted(told.keys() - known):
            raise SettingsError(f"{file} sets “{strange[0]}”.", f"There are {', '.join(sorted(known))}.")
        return cls(**{name: _checked(file, name, value) for name, value in told.items()})


def _checked(file: Path, name: str, value: Any) -> Any:
    """A value of the type its setting has."""
    match name, value:
        case "keep_pictures", bool():
            return value
        case (("quota_gb" | "unfinished_days"), int() | float()) if not isinstance(value, bool):
            return float(value)
        case "folders", list() if all(isinstance(one, str) for one in value):
            return tuple(Path(one).expanduser() for one in value)
        case "people", list() if all(isinstance(one, str) for one in value):
            return tuple(value)
    raise SettingsError(f"{file} sets {name} to {value!r}.", f"See {FILE} in the README for what it takes.")
