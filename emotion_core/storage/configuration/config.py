"""Settings of the machine's owner: `config.toml` in the library's folder, read at each call.

quota_gb = 500              # limit for films, proxies and unfinished uploads together; absent: the disk's size
unfinished_days = 7         # an upload that received no byte for so long is removed
folders = ["/mnt/cuts"]     # films below these may be opened where they lie; absent: none
keep_pictures = true        # false: scans keep numbers only, no small picture of any frame
people = ["ann@a.example"]  # e-mail addresses that may use the app after signing in; absent: all

and the tables [[api.tokens]], [[webhooks]], [watch] and [cluster], each as its module says. The file may hold secrets:
nothing of it goes into a log or an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ...errors import SettingsError
from .. import descriptors, os_errors
from ..layout import Home
from .api_access import ApiAccess
from .cluster_places import ClusterPlaces
from .table import Table
from .watched_folders import WatchedFolders
from .webhook import Webhook


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
    api: ApiAccess = field(default_factory=ApiAccess)
    """Who may use the HTTP API."""
    webhooks: tuple[Webhook, ...] = ()
    """Who is told when a film is done."""
    watch: WatchedFolders = field(default_factory=WatchedFolders)
    """Folders whose new films are analysed by themselves."""
    cluster: ClusterPlaces = field(default_factory=ClusterPlaces)
    """What this library shares with other machines."""

    def __post_init__(self) -> None:
        if self.quota_gb is not None and not self.quota_gb > 0:
            raise SettingsError(f"quota_gb was {self.quota_gb}.", "Give gigabytes above 0, or leave it out.")
        if not self.unfinished_days > 0:
            raise SettingsError(f"unfinished_days was {self.unfinished_days}.", "Give days above 0.")

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
        table = Table(file, "", content)
        configuration = cls(
            quota_gb=table.optional_number("quota_gb"),
            unfinished_days=table.number("unfinished_days", 7.0),
            folders=table.paths("folders"),
            keep_pictures=table.flag("keep_pictures", True),
            people=table.texts("people"),
            api=ApiAccess.from_table(table.table("api")),
            webhooks=tuple(map(Webhook.from_table, table.tables("webhooks", "webhooks", has_secrets=True))),
            watch=WatchedFolders.from_table(table.table("watch")),
            cluster=ClusterPlaces.from_table(table.table("cluster", has_secrets=True)),
        )
        table.raise_if_unknown()
        return configuration
