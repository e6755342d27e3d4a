"""Messages for invalid arguments in our words: what was given, what is allowed, what to try.

They are built from what Typer's exceptions carry of the parameter (name, choices, range), in place of their texts.
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
"""Noun for a choice, by parameter; by default “a choice of” the option."""


def usage_message(error: typer.TyperException) -> str:
    """The error in the arguments, in a sentence or two; empty if the help was shown instead."""
    match error:
        case click.NoArgsIsHelpError():
            return ""
        case click.MissingParameter():
            return _missing(error)
        case click.BadParameter() if error.param is not None:
            return _bad_value(error)
        case click.NoSuchOption():
            suggestion = _suggestion(error.possibilities or ())
            return f"There is no option “{_printable(error.option_name)}”{suggestion}{_help(error)}"
        case click.BadOptionUsage():
            takes = "no value" if "does not take" in error.message else "a value, which is missing"
            return f"{error.option_name} takes {takes}.{_help(error)}"
        case click.UsageError():
            return _unknown_word(error)
    return error.format_message()


def _missing(error: click.MissingParameter) -> str:
    param: Any = error.param
    choices = _choices(param)
    allowed = f" Choose one of {', '.join(choices)}." if choices else ""
    return f"{_name(param)} is missing.{allowed}{_help(error)}"


def _bad_value(error: click.BadParameter) -> str:
    """A value that is not among the choices, not a number, or out of range."""
    param: Any = error.param
    fault = _first_fault(error)
    value, kind = _printable(fault.get("input", "")), fault.get("type", "")
    option = _name(param)
    if choices := _choices(param):
        noun = _NOUNS.get(param.name, f"a choice of {option}")
        suggestion = _suggestion(get_close_matches(value, choices))
        return f"“{value}” is not {noun}: choose one of {', '.join(choices)}{suggestion}"
    if kind.startswith(("int", "float")):
        number = "a whole number" if kind.startswith("int") else "a number"
        usual = f", such as {param.default}" if isinstance(param.default, (int, float)) else ""
        return f"“{value}” is not {number}: {option} takes one{usual}."
    if kind.startswith(("greater", "less")):
        low, high = param.type_descriptor.parameter_info.min, param.type_descriptor.parameter_info.max
        goes = f"from {low:g} " if low is not None else ""
        goes += f"to {high:g}" if high is not None else "on"
        return f"{option} was {value}. It goes {goes}."
    return f"“{value}” cannot be {option}: {_printable(error.message)}"


def _unknown_word(error: click.UsageError) -> str:
    """An unknown command, or an argument too many."""
    match = re.match(r"No such command (['\"])(.*?)\1\.(?: Did|$)", error.message, re.DOTALL)
    if match:
        word, commands = match[2], list(getattr(error.cmd, "commands", ()))
        near = get_close_matches(word, commands)
        allowed = "" if near else f" Choose one of {', '.join(commands)}."
        return f"There is no command “{_printable(word)}”{_suggestion(near)}{allowed}"
    match = re.match(r"Got unexpected extra argument\(s\) \((.*)\)$", error.message, re.DOTALL)
    if match:
        return f"“{_printable(match[1])}” is too much: no more words are taken.{_help(error)}"
    return f"{_printable(error.message)}{_help(error)}"


def _first_fault(error: click.BadParameter) -> dict[str, Any]:
    """The first error of pydantic, with which Typer parses values: "type", "input" and more."""
    errors = getattr(error.__cause__, "errors", None)
    faults: list[dict[str, Any]] = errors() if callable(errors) else []
    return faults[0] if faults else {}


def _choices(param: Any) -> tuple[str, ...]:
    """The choices of a parameter; empty if it takes any value."""
    return tuple(map(str, param.type_descriptor.choices or ()))


def _name(param: Any) -> str:
    """“--csv”, “FILM”: a parameter as people write it."""
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(param.metavar or param.name).upper().removesuffix("...")  # of one that takes several words


def _suggestion(words: Any) -> str:
    """The end of a sentence, and words that may have been meant."""
    return f". Did you mean “{'” or “'.join(sorted(words))}”?" if words else "."


def _help(error: click.UsageError) -> str:
    return f" See {error.ctx.command_path} --help." if error.ctx is not None else ""


def _printable(value: object) -> str:
    """`value` in one line without control characters."""
    return "".join(c if c.isprintable() else " " for c in str(value)).strip()
