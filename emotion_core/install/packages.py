"""Installation of the pinned packages: by uv, which takes a fraction of pip's time, or by pip.

uv does not read pip's configuration (a company's index, a proxy's certificate, constraints). Its options are stated to
uv in its own terms; where one has no such term, pip installs.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
from pathlib import Path

UV = "uv==0.13.9"

_FOOTAGE = 'extra == "footage"'
"""The marker in requirements.txt of packages of which only the clips are used."""

_TERMS = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "constraint": "UV_CONSTRAINT",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "trusted-host": "UV_INSECURE_HOST",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "retries": "UV_HTTP_RETRIES",
}
"""pip's options and the variables of the environment in which uv takes the same."""
_WITHOUT_EFFECT = {
    "break-system-packages",
    "cache-dir",
    "disable-pip-version-check",
    "no-cache-dir",
    "no-color",
    "no-input",
    "no-warn-script-location",
    "prefer-binary",
    "progress-bar",
    "quiet",
    "require-virtualenv",
    "root-user-action",
    "verbose",
}
"""pip's options that change nothing of what is installed here."""


def install(python: Path, requirements: list[Path]) -> int:
    """Install what the requirements files ask for into the environment of `python`; return the exit status."""
    folder = python.parent.parent
    downloads = folder / "downloads"  # inside the environment: on the disk whose free space was checked
    if subprocess.run([str(python), "-m", "pip", "--version"], check=False, capture_output=True).returncode != 0:
        subprocess.run([str(python), "-m", "ensurepip"], check=True)  # an environment made by uv has no pip
    variables = uv_variables(_pip_options(python))
    steps = [[argument for path in requirements for argument in ("-r", str(path))]]
    footage = packages_of_footage(requirements)
    if footage:
        steps.append(["--no-deps", *footage])
    try:
        uv = _uv(python, downloads) if variables is not None else None
        for arguments in steps:
            status = _install_with(uv, python, downloads, variables or {}, arguments)
            if status != 0:
                return status
        return 0
    finally:
        shutil.rmtree(str(downloads), ignore_errors=True)


def packages_of_footage(requirements: list[Path]) -> list[str]:
    """The packages of which only the clips are used: those that pip leaves out by their marker.

    They are installed without what they ask for themselves, which would be gigabytes that nothing imports.
    """
    lines = [line for path in requirements for line in path.read_text(encoding="utf-8").splitlines()]
    return [line.split(";")[0].strip() for line in lines if _FOOTAGE in line.split("#")[0]]


def _install_with(
    uv: str | None, python: Path, downloads: Path, variables: dict[str, str], arguments: list[str]
) -> int:
    """Install by uv, or by pip where there is none; return the exit status."""
    if uv is None:
        downloads.mkdir(exist_ok=True)
        return subprocess.run(
            [str(python), "-m", "pip", "install", "--only-binary=:all:", *arguments],
            check=False,
            env={**os.environ, "TMPDIR": str(downloads)},
        ).returncode
    return subprocess.run(
        # Compiled now: a process that reads films may not write into .venv, and would compile torch at every start.
        [uv, "pip", "install", "--only-binary", ":all:", "--compile-bytecode", "--python", str(python), *arguments],
        check=False,
        env={"UV_CACHE_DIR": str(downloads), **variables, **os.environ},
    ).returncode


def uv_variables(options: dict[str, str]) -> dict[str, str] | None:
    """pip's options as uv's variables; None where one of them has no counterpart."""
    if set(options) - set(_TERMS) - _WITHOUT_EFFECT:
        return None
    variables = {_TERMS[name]: value for name, value in options.items() if name in _TERMS}
    if "UV_FIND_LINKS" in variables:  # a list that pip parts by spaces and uv by commas
        variables["UV_FIND_LINKS"] = ",".join(variables["UV_FIND_LINKS"].split())
    if "UV_INDEX" in variables:  # pip takes the best version of all indexes, uv else of the first that has the package
        variables["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return variables


def parse_configuration(listing: str) -> dict[str, str]:
    """The options that hold for `pip install`, of what `pip config list` prints; later sections outweigh earlier."""
    sections = ("global", "install", ":env:")
    values: dict[tuple[int, str], str] = {}
    for line in listing.splitlines():
        key, separator, text = line.partition("=")
        section, _, name = key.rpartition(".")
        if separator and section in sections:
            values[sections.index(section), name.lower().replace("_", "-")] = str(ast.literal_eval(text))
    return {name: " ".join(value.split()) for (_, name), value in sorted(values.items())}


def _pip_options(python: Path) -> dict[str, str]:
    command = [str(python), "-m", "pip", "config", "list"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return parse_configuration(done.stdout)


def _uv(python: Path, downloads: Path) -> str | None:
    """The path of uv, installed by pip into a folder that is deleted afterwards; None where pip cannot."""
    target = downloads / "uv"
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--target",
        str(target),
        UV,
    ]
    if subprocess.run(command, check=False).returncode != 0:
        return None
    return str(next(iter(sorted(target.glob("bin/uv*"))), "")) or None
