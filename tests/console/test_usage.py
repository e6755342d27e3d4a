"""Messages for invalid arguments."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import typer

from emotion_core.cli import main
from emotion_core.console import terminal
from emotion_core.training import __main__ as training
from tests.support.terminal import commands

FORMATS = "resolve, premiere, avid, final-cut, otio, cut-list"
HELP = "See python -m emotion_core {} --help."

WRONG: list[tuple[str, str]] = [
    # words of a command, what is said
    ("markers f.mp4 --to davinci --out x", f"“davinci” is not a format: choose one of {FORMATS}."),
    ("markers f.mp4 --to Resolv --out x",
     f"“Resolv” is not a format: choose one of {FORMATS}. Did you mean “resolve”?"),
    ("markers f.mp4 --out x", f"--to is missing. Choose one of {FORMATS}. " + HELP.format("markers")),
    ("analyze f.mp4 --scenes-are acts", "“acts” is not a choice of --scenes-are: choose one of shots, groups."),
    ("analyze f.mp4 --samples-per-second fast", "“fast” is not a number: --samples-per-second takes one, such as 2.0."),
    ("analyze f.mp4 --threshold much", "“much” is not a number: --threshold takes one."),
    ("analyze f.mp4 --min-scene-frames 2.5", "“2.5” is not a whole number: --min-scene-frames takes one."),
    ("frames f.mp4 --every 0 --out x", "--every was 0. It goes from 1 on."),
    ("engines --seconds 1000", "--seconds was 1000. It goes from 0.5 to 120."),
    ("analyze", "FILM is missing. " + HELP.format("analyze")),
    ("compare one.mp4", "AFTER is missing. " + HELP.format("compare")),
    ("classify", "IMAGES is missing. " + HELP.format("classify")),
    ("frames f.mp4", "--out is missing. " + HELP.format("frames")),
    ("analyze f.mp4 --csv", "--csv takes a value, which is missing."),
    ("analyze f.mp4 --keep-pictures=3", "--keep-pictures takes no value."),
    ("analyze f.mp4 --engin x", "There is no option “--engin”. Did you mean “--engine”? " + HELP.format("analyze")),
    ("library check --foo", "There is no option “--foo”. " + HELP.format("library check")),
    ("analyze f.mp4 -x", "There is no option “-x”. " + HELP.format("analyze")),
    ("analyse f.mp4", "There is no command “analyse”. Did you mean “analyze”?"),
    ("library tidy", "There is no command “tidy”. Choose one of check."),
    ("people f.mp4 g.mp4", "“g.mp4” is too much: no more words are taken. " + HELP.format("people")),
]  # fmt: skip

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any) -> Run:
    """Run an app's command; returns its exit code and standard error."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def command(app: typer.Typer, *words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["emotion_core", *words])
        with pytest.raises(SystemExit) as end:
            terminal.run(app)
        return int(end.value.code or 0), capsys.readouterr().err

    return command


def options() -> Iterator[tuple[typer.Typer, list[str], Any]]:
    """Every option of every command: the app, the words before it, and the option."""
    for app in (main.app, training.app):
        for words, command in commands(app):
            for parameter in command.params:
                if parameter.param_type_name == "option" and not parameter.is_flag:
                    yield app, [*words], parameter


OPTIONS = list(options())
CHOICES = [one for one in OPTIONS if one[2].type_descriptor.choices]
NUMBERS = [one for one in OPTIONS if one[2].type_descriptor.annotation in (int, float)]


def named(option: tuple[typer.Typer, list[str], Any]) -> str:
    return " ".join([*option[1], option[2].opts[0]])


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[words for words, _ in WRONG])
def test_words_that_make_no_command_are_one_line(words: str, said: str, run: Run) -> None:
    """Invalid arguments give one line in our words: what was given, what is allowed, what to try."""
    code, err = run(main.app, *words.split())
    assert code == 2
    # How a program is called is read from how this process was.
    assert re.sub(r"See .*emotion_core ", "See python -m emotion_core ", err) == f"Error: {said}\n"


def test_the_tables_below_are_not_empty() -> None:
    """The commands have options with choices and options with numbers."""
    assert {named(option) for option in CHOICES} >= {"markers --to", "analyze --engine", "analyze --detector"}
    assert {named(option) for option in NUMBERS} >= {"analyze --threshold", "frames --every", "train --epochs"}


@pytest.mark.parametrize("one", CHOICES, ids=named)
def test_every_choice_is_told(one: tuple[typer.Typer, list[str], Any], run: Run) -> None:
    """Each option with choices quotes an invalid word and lists all choices."""
    app, words, option = one
    code, err = run(app, *words, option.opts[0], "nonsense")
    assert code == 2
    assert err.startswith("Error: “nonsense” is not a")
    assert f": choose one of {', '.join(option.type_descriptor.choices)}." in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("one", NUMBERS, ids=named)
def test_every_number_is_asked_for(one: tuple[typer.Typer, list[str], Any], run: Run) -> None:
    """Each option with a number quotes an invalid word and names the option."""
    app, words, option = one
    code, err = run(app, *words, option.opts[0], "a\x1b[31mb")
    assert code == 2
    assert err.startswith("Error: “a [31mb” is not a ")
    assert f"number: {max(option.opts, key=len)} takes one" in err
    assert err.count("\n") == 1


def test_without_a_command_the_help_is_shown(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """No words at all show the help, and no error."""
    code, err = run(main.app)
    assert (code, "Error" in err) == (2, False)


GONE = [
    (["train", "--run", "r"], r"There is no fer2013_train\.npz in gone\. Name the folder that holds it with --data\."),
    (["export", "--run", "r", "--out", "o"], r"r/\S+ cannot be used: No such file or directory\. Check the path"),
]


@pytest.mark.parametrize(("words", "said"), GONE, ids=["train", "export"])
def test_a_file_that_is_not_there_is_named(words: list[str], said: str, run: Run, tmp_path: Any) -> None:
    """A missing file outside all named folders is reported with its reason, not as a program fault."""
    code, err = run(training.app, *words, "--data", "gone")
    assert code == 1
    assert re.search(rf"^Error: {said}", err, re.MULTILINE)
    assert not (tmp_path / "home" / "jobs").exists()


def test_what_is_printed_may_go_nowhere(tmp_path: Any, run: Run) -> None:
    """A command whose output has no reader any more ends silently."""
    app = typer.Typer()

    @app.command()
    def talk() -> None:
        raise BrokenPipeError

    saved_stdout = os.dup(1)
    try:
        assert run(app) == (terminal.NOBODY_READS, "")
    finally:
        os.dup2(saved_stdout, 1)
        os.close(saved_stdout)
