"""Words that make no command, told in ours: what was given, what is allowed, what to try.

Typer raises its own exceptions for them, with the words of the libraries below it. What it knows of the parameter at
fault (its name, choices, range) is read from them instead.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

import typer
from typer._click import exceptions as click

_NOUNS = {
    "to": "a format",
    "engine": "an engine",
    "detector": "a detector",
}
"""What a choice is called, by its parameter; else it is “a choice of” the option."""


def told(error: typer.TyperException) -> str:
    """What is wrong with the words of a command, in a sentence or two; empty where the help was shown instead."""
    match error:
        case click.NoArgsIsHelpError():
            return ""
        case click.MissingParameter():
            return _missing(error)
        case click.BadParameter() if error.param is not None:
            return _bad_value(error)
        case click.NoSuchOption():
            return f"There is no option “{_shown(error.option_name)}”{_near(error.possibilities or ())}{_help(error)}"
        case click.BadOptionUsage():
            takes = "no value" if "does not take" in error.message else "a value, which is missing"
            return f"{error.option_name} takes {takes}.{_help(error)}"
        case click.UsageError():
            return _words(error)
    return error.format_message()


def _missing(error: click.MissingParameter) -> str:
    param: Any = error.param
    choices = _choices(param)
    allowed = f" Choose one of {', '.join(choices)}." if choices else ""
    return f"{_name(param)} is missing.{allowed}{_help(error)}"


def _bad_value(error: click.BadParameter) -> str:
    """A value that its parameter cannot take: no choice of it, no number, outside its range."""
    param: Any = error.param
    fault = _fault(error)
    given, kind = _shown(fault.get("input", "")), fault.get("type", "")
    option = _name(param)
    if choices := _choices(param):
        noun = _NOUNS.get(param.name, f"a choice of {option}")
        return f"“{given}” is not {noun}: choose one of {', '.join(choices)}{_near(get_close_matches(given, choices))}"
    if kind.startswith(("int", "float")):
        number = "a whole number" if kind.startswith("int") else "a number"
        usual = f", such as {param.default}" if isinstance(param.default, (int, float)) else ""
        return f"“{given}” is not {number}: {option} takes one{usual}."
    if kind.startswith(("greater", "less")):
        low, high = param.type_descriptor.parameter_info.min, param.type_descriptor.parameter_info.max
        goes = f"from {low:g} " if low is not None else ""
        goes += f"to {high:g}" if high is not None else "on"
        return f"{option} was {given}. It goes {goes}."
    return f"“{given}” cannot be {option}: {_shown(error.message)}"


def _words(error: click.UsageError) -> str:
    """A command that there is not, or a word too many."""
    found = re.match(r"No such command (['\"])(.*?)\1\.(?: Did|$)", error.message, re.DOTALL)
    if found:
        word, commands = found[2], list(getattr(error.cmd, "commands", ()))
        near = get_close_matches(word, commands)
        allowed = "" if near else f" Choose one of {', '.join(commands)}."
        return f"There is no command “{_shown(word)}”{_near(near)}{allowed}"
    found = re.match(r"Got unexpected extra argument\(s\) \((.*)\)$", error.message, re.DOTALL)
    if found:
        return f"“{_shown(found[1])}” is too much: no more words are taken.{_help(error)}"
    return f"{_shown(error.message)}{_help(error)}"


def _fault(error: click.BadParameter) -> dict[str, Any]:
    """What pydantic, which Typer reads values with, found wrong first: its "type", the "input" and more."""
    errors = getattr(error.__cause__, "errors", None)
    found: list[dict[str, Any]] = errors() if callable(errors) else []
    return found[0] if found else {}


def _choices(param: Any) -> tuple[str, ...]:
    """What a parameter may be, if it is one of a few words."""
    return tuple(map(str, param.type_descriptor.choices or ()))


def _name(param: Any) -> str:
    """“--csv”, “FILM”: a parameter as people write it."""
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(param.metavar or param.name).upper()


def _near(words: Any) -> str:
    """The end of a sentence, and what may have been meant."""
    return f". Did you mean “{'” or “'.join(sorted(words))}”?" if words else "."


def _help(error: click.UsageError) -> str:
    return f" See {error.ctx.command_path} --help." if error.ctx is not None else ""


def _shown(value: object) -> str:
    """What was given, in one line without control characters."""
    return "".join(c if c.isprintable() else " " for c in str(value)).strip()
