"""The command line: its commands, and what all of them begin with."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from ..console import EPILOG, terminal
from ..storage import group_mode, home as default_home, use_home

HomeOption = Annotated[
    str | None,
    typer.Option(metavar="FOLDER", help="Where everything is kept; default: EMOTION_HOME, else the platform's place."),
]


class _PlainValues:
    """The values of a parameter as Typer's RuntimeParam gives them; what needs no conversion is given at once.

    Typer converts with pydantic, which takes as long to load as all else that a message needs.
    """

    def __init__(self, parameter: Any) -> None:
        self._converter = parameter.get_runtime_param

    def get(self) -> _PlainValues:
        """Itself: the function that Typer asks for the conversion."""
        return self

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value that a command is given for `value`, a word or a default. Raises BadParameter."""
        kind, info, default = param.type_descriptor.annotation, param.type_descriptor.parameter_info, param.default
        if kind == list[Path] and isinstance(value, tuple | list) and all(type(word) is str for word in value):
            return [Path(word) for word in value]
        if param.multiple or param.nargs == -1:
            return () if value is None else self._converter().coerce(value, param=param, ctx=ctx)
        if value is None or (type(value) is type(default) and value == default):
            return value
        if kind is str and type(value) is str:
            return value
        is_checked = info.exists or info.readable or info.writable or info.resolve_path or info.path_type
        if kind is Path and type(value) is str and info.file_okay and info.dir_okay and not is_checked:
            return Path(value)
        return self._converter().coerce(value, param=param, ctx=ctx)


def _with_plain_values(command: Any) -> Any:
    """The same command; its parameters, and those of its own commands, load pydantic only where they need it."""
    for parameter in command.get_params(typer.Context(command)):  # with that of --help
        parameter.get_runtime_param = _PlainValues(parameter).get
    for each in getattr(command, "commands", {}).values():
        _with_plain_values(each)
    return command


class LazyCommand(TyperCommand):
    """Name and help of a command whose module is loaded when it is called: the group's help needs none of them."""

    def __init__(self, name: str, module: str, paragraph: str) -> None:
        """`paragraph` is the first one of the command's help, `module` the one of this package that has `name`."""
        super().__init__(name, help=paragraph)
        self.module = module

    def load(self) -> Any:
        """The command itself, a TyperCommand or TyperGroup."""
        command = getattr(import_module(f"{__package__}.{self.module}"), str(self.name))
        if not isinstance(command, typer.Typer):
            function, command = command, typer.Typer(add_completion=False, rich_markup_mode=None)
            command.command(self.name)(function)
        return _with_plain_values(get_command(command))

    def get_short_help_str(self, limit: int = 0) -> str:
        """The whole paragraph: the group's help wraps it."""
        return str(self.help)

    def make_context(self, *arguments: Any, **settings: Any) -> typer.Context:
        """The context of the command itself, in which Typer runs it."""
        context: typer.Context = self.load().make_context(*arguments, **settings)
        return context


COMMANDS = (
    LazyCommand(
        "scenes", "scenes",
        "Show the scenes of FILM as corrected on its page or here, and correct them: one correction at a time.",
    ),
    LazyCommand(
        "notes", "annotations", "List your notes on FILM, which was analysed before, and add, change or remove one."
    ),
    LazyCommand(
        "targets", "annotations",
        "Show how far the scenes of FILM, which was analysed before, are from their targets, worst first; set them.",
    ),
    LazyCommand(
        "faces", "faces.faces",
        "List the faces of FILM, which was analysed before, by track, and correct them: one correction at a time.",
    ),
    LazyCommand(
        "people", "faces.people",
        "Show who is on screen in FILM, which was analysed before: how long, with which expression, and with whom.",
    ),
    LazyCommand(
        "compare", "comparing.compare",
        "Set the scenes of two analysed cuts beside the same footage, and say what changed.",
    ),
    LazyCommand(
        "conform", "comparing.conform",
        "Move a list of one analysed cut to another: markers, subtitles, a cut list, or your notes and targets.",
    ),
    LazyCommand(
        "versions", "versions",
        "List the versions of a project in their order, change them, and tell each scene's history over them.",
    ),
    LazyCommand(
        "markers", "exports",
        "Write the scenes of FILM, which was analysed before, as markers that an editing tool takes in.",
    ),
    LazyCommand(
        "export", "exports",
        "Write the report of FILM, which was analysed before, or its audience, in another format, or in all as a ZIP.",
    ),
    LazyCommand("engines", "engines", "Show what was measured of the engines on this machine, or measure it."),
    LazyCommand(
        "analyze", "analyze", "Analyse FILM and write its per-scene report, as corrected on its page or with `scenes`."
    ),
    LazyCommand(
        "queue", "batch.queue",
        "Show what is analysed now, what waits and what ended last, or change the order.",
    ),
    LazyCommand(
        "watch", "batch.watch",
        "Analyse films that come into a folder, as soon as they have stopped growing, until Ctrl-C.",
    ),
    LazyCommand(
        "screening", "screening",
        "Read the faces of a film's viewers off their recordings, and write what the audience showed scene by scene.",
    ),
    LazyCommand(
        "frames", "pictures", "Save every n-th frame of FILM with boxes and labels drawn, and print a line each."
    ),
    LazyCommand("classify", "pictures", "Print every face of each IMAGE with its box and probabilities."),
    LazyCommand(
        "download", "engines",
        "Fetch a checkpoint from the model hub to this disk: the one command that uses the network.",
    ),
    LazyCommand(
        "token", "access.token",
        "Make a token for the HTTP API and print it, once, with the lines that config.toml needs; nothing is stored.",
    ),
    LazyCommand(
        "serve", "cluster.serve",
        "Start the app; with --cluster other machines read its films, which `worker` makes of them.",
    ),
    LazyCommand(
        "worker", "cluster.worker",
        "Read films for the library that serves this cluster, part by part, until Ctrl-C or SIGTERM: then the part at "
        "hand is finished first.",
    ),
    LazyCommand("library", "library", "The folder in which everything is kept."),
)  # fmt: skip


class _Commands(TyperGroup):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands.update({str(command.name): command for command in COMMANDS})
        _with_plain_values(self)


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    epilog=EPILOG,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # Rich takes as long to load as all the rest
)


def main() -> NoReturn:
    """Run a command and end the process. An error is printed as one line on standard error."""
    terminal.run(app)


@app.callback()
def select_library(home: HomeOption = None) -> None:
    """What is on the faces of a film, scene by scene."""
    use_home(home)
    group_mode.join_group(default_home())
