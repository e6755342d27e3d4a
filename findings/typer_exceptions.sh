#!/bin/sh
# typer 0.29.2 (2026), click 8.5.1: Typer's usage errors are no longer click's. Typer brings a copy of click, so that
# "except click.ClickException" around an app with standalone_mode=False, as years of examples have it, catches nothing:
# the error goes on to the interpreter as a traceback. Only typer.TyperException, or the copy in typer._click, catches
# it. The text of a bad value comes from pydantic ("Value error, ..."), which is the exception's __cause__.
#
# Seen:
#   click.ClickException catches it: False
#   typer.TyperException catches it: True
#   Invalid value for '--size': Value error, 'huge' is not one of 'small', 'large'.
#   its cause: ValidationError value_error huge
#
# Exits with 1 once that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check typer==0.29.2 click==8.5.1
cat > "$folder/app.py" <<'EOF'
from typing import Literal

import click
import typer

app = typer.Typer()


@app.command()
def make(size: Literal["small", "large"] = "small") -> None:
    print(size)


try:
    app(["--size", "huge"], standalone_mode=False)
except Exception as error:
    print("click.ClickException catches it:", isinstance(error, click.ClickException))
    print("typer.TyperException catches it:", isinstance(error, typer.TyperException))
    print(error.format_message())
    first = error.__cause__.errors()[0]
    print("its cause:", type(error.__cause__).__name__, first["type"], first["input"])
EOF
"$folder/venv/bin/python" "$folder/app.py" | tee "$folder/seen"
cat > "$folder/expected" <<'EOF'
click.ClickException catches it: False
typer.TyperException catches it: True
Invalid value for '--size': Value error, 'huge' is not one of 'small', 'large'.
its cause: ValidationError value_error huge
EOF
cmp -s "$folder/seen" "$folder/expected"
