"""The README, the guide in docs/ and the map of the packages agree with the code."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import pytest
import typer
from PIL import Image

from emotion_core import limits
from emotion_core.cli.main import app as command_line
from emotion_core.compare import MatchKind
from emotion_core.interchange import NAMES
from emotion_core.interchange.writers.edl import MAX_EVENTS
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.report import table_columns
from emotion_core.settings import DETECTORS, ENGINES, ReportSettings, ScanSettings
from emotion_core.storage import Configuration
from emotion_core.training.__main__ import app as training
from tests.support.repository import ROOT
from tests.support.terminal import commands

README = ROOT / "README.md"
MAP = ROOT / "emotion_core" / "README.md"
BENCHMARKS = ROOT / "tests" / "benchmarks" / "README.md"
GUIDE = sorted((ROOT / "docs").glob("*.md"))
PAGES = [README, MAP, BENCHMARKS, *GUIDE]

START = "python3 -m emotion_core.install && .venv/bin/streamlit run app.py"
TEST = "python3 -m emotion_core.install --tests && .venv/bin/python -m tests"

FOLDERS = ("emotion_core/", "pages/", "tests/", "docs/", "findings/", ".ci/", ".streamlit/")
"""Folders of the repository; a path that begins with one names a file or folder in it."""
MADE_BY_USERS = {".streamlit/secrets.toml"}
FURTHER_OPTIONS = {"--help", "--server.port"}
"""Every command's, and Streamlit's."""


def page_id(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def guide(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text()


def section(page: str, heading: str) -> str:
    """The text below `heading` (hash signs included), up to the next heading."""
    return re.split(r"^#", page.split(f"\n{heading}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]


def fenced(page: str) -> list[str]:
    """The lines of all code blocks, without their comments."""
    blocks: list[str] = re.findall(r"^```\w*\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [line.split("  #")[0].strip() for block in blocks for line in block.splitlines() if line]


def prose(page: str) -> str:
    """The page without its code blocks, comments and code spans."""
    without_blocks = re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`]+`", "", re.sub(r"<!-- [\w ]+ -->", "", without_blocks))


def code_spans(page: str) -> list[str]:
    without_blocks = re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    return [span.replace("\n", " ") for span in re.findall(r"`([^`]+)`", without_blocks)]


def options_by_command(app: typer.Typer) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """Each command's words and its options."""
    for words, command in commands(app):
        options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        yield words, {option for option in options if option.startswith("--")}


COMMANDS = dict(options_by_command(command_line))
TRAINING = dict(options_by_command(training))


def module_file(name: str) -> Path | None:
    """The file that `python -m name` runs, or None."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return None
    file = Path(spec.origin)
    return file.with_name("__main__.py") if file.name == "__init__.py" else file


def options_of(source: str) -> set[str]:
    """The options that a module may take: those in quotes, and for Typer its functions' parameters."""
    parameters = {f"--{name.replace('_', '-')}" for name in re.findall(r"\b([a-z_]+): ", source)}
    return parameters | set(re.findall(r'"(--[a-z][a-z-]*)"', source))


def options_of_modules(*folders: str) -> set[str]:
    return set().union(*(options_of(file.read_text()) for folder in folders for file in (ROOT / folder).glob("*.py")))


def test_the_readme_is_one_screen_and_its_commands() -> None:
    """The README stays below 150 lines, and its two commands stand behind the marks that .ci/run looks for."""
    text = README.read_text()
    assert len(text.splitlines()) < 150
    for mark, command in (("start", START), ("test", TEST)):
        assert f"<!-- {mark} command -->\n```bash\n{command}\n```" in text


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_commands_exist_with_their_options(page: Path) -> None:
    """Every command in a code block, or behind `python -m` in a line, exists and takes the options it is given."""
    text = page.read_text()
    for line in fenced(text) + [span for span in code_spans(text) if span.startswith("python -m ")]:
        for part in line.split(" && "):
            words = shlex.split(part)
            if "-m" not in words or "python" not in words[0]:
                continue
            module, *arguments = words[words.index("-m") + 1 :]
            options = {word.split("=")[0] for word in arguments if word.startswith("--")}
            if module in ("emotion_core", "emotion_core.training"):
                existing = COMMANDS if module == "emotion_core" else TRAINING
                names = tuple(word for word in arguments if not word.startswith("-"))
                command = max((path for path in existing if path == names[: len(path)]), key=len)
                assert command or not names or names[0] == "COMMAND", line
                assert options <= existing[command], line
            else:
                file = module_file(module)
                assert file is not None, line
                assert file.is_file(), line
                sources = file.parent.glob("*.py") if file.name == "__main__.py" else [file]
                assert options <= set().union(*(options_of(source.read_text()) for source in sources)), line


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_options_exist(page: Path) -> None:
    """Every option that a page names is one of a command, of a benchmark or of Streamlit."""
    existing = set().union(*COMMANDS.values(), *TRAINING.values(), FURTHER_OPTIONS)
    existing |= options_of_modules("tests/benchmarks", "tests/faults", "emotion_core/install")
    named = {option for span in code_spans(page.read_text()) for option in re.findall(r"--[a-z][a-z.-]*[a-z]", span)}
    assert named - existing == set()


def test_the_options_of_a_command_are_its_own() -> None:
    """Options in a list entry that begins with a command's name, and those of markers, belong to that command."""
    for entry in re.findall(r"^- `(\w+)` takes (.*?)(?=^- |\Z)", guide("command-line"), re.MULTILINE | re.DOTALL):
        assert set(re.findall(r"`(--[a-z-]+)", entry[1])) <= COMMANDS[(entry[0],)]
    markers = section(guide("exports"), "## Markers for editing tools")
    assert set(re.findall(r"`(--[a-z-]+)", markers)) <= COMMANDS[("markers",)]
    corrections = guide("correcting").split("`scenes`")[1]
    assert set(re.findall(r"`(--[a-z-]+)", corrections)) == COMMANDS[("scenes",)] - {"--csv", "--help"}
    repair = section(guide("library"), "## Check") + section(guide("library"), "## Repair")
    assert set(re.findall(r"(--[a-z-]+)", repair)) == COMMANDS[("library", "check")] - {"--help"}


def test_every_command_is_shown() -> None:
    """The page on the command line shows each command once at least."""
    examples = " ".join(fenced(guide("command-line")))
    assert {words for words in COMMANDS if words and f"emotion_core {' '.join(words)}" not in examples} == set()


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link and picture names a file, and its anchor a heading of it."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}, target


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_paths_exist(page: Path) -> None:
    """Every path into the repository that a page names exists."""
    words = [word for span in code_spans(page.read_text()) for word in span.split()]
    named = {word for word in words if word.startswith(FOLDERS)} - MADE_BY_USERS
    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_the_guide_lists_all_pages_by_their_titles() -> None:
    """docs/README.md, which orders the app's guide, lists every page of docs/ once, by its heading."""
    listed = re.findall(r"^- \[(.+)\]\((.+\.md)\)$", guide("README"), re.MULTILINE)
    headings = {file.name: file.read_text().splitlines()[0].removeprefix("# ") for file in GUIDE}
    del headings["README.md"]
    assert sorted(listed) == sorted((title, name) for name, title in headings.items())


@pytest.mark.parametrize("page", GUIDE, ids=page_id)
def test_the_guide_is_plain_markdown(page: Path) -> None:
    """Nothing in the guide is HTML, or a formula, colour, icon or arrow to Streamlit's Markdown."""
    text = prose(page.read_text())
    assert re.findall(r"<[a-zA-Z/!]|\$|:[a-z_/]+[:\[]|<-|->|(?<!-)--(?!-)", text) == []


def test_the_changelog_is_short_where_nothing_is_released() -> None:
    """Each entry takes one or two lines, and the changes since the last version fit on a screen."""
    text = (ROOT / "CHANGELOG.md").read_text()
    versions = re.findall(r"^## \[(.+?)\](?: - (\d{4}-\d\d-\d\d))?$", text, re.MULTILINE)
    assert versions[0] == ("Unreleased", "")
    assert all(date for _, date in versions[1:])
    assert len(text.split("\n## ")[1].splitlines()) < 60
    assert [entry for entry in re.findall(r"^- .*(?:\n  .*)*", text, re.MULTILINE) if entry.count("\n") > 1] == []


def test_pictures_are_small() -> None:
    """Both screenshots are 1440 pixels wide, have a palette, and take less than 300 kB."""
    pictures = sorted((ROOT / "docs" / "images").iterdir())
    assert [picture.name for picture in pictures] == ["compare-page.png", "film-page.png"]
    for picture in pictures:
        assert picture.stat().st_size < 300_000
        with Image.open(picture) as image:
            assert (image.width, image.mode) == (1440, "P")


@pytest.mark.parametrize("column", table_columns(REFERENCE_LABELS))
def test_every_report_column_is_explained(column: str) -> None:
    """Each CSV column stands in the guide's table, the labels as the range from the first to the last."""
    table = section(guide("how-to-read-the-report"), "## Columns")
    assert f"`{column}`" in table or column in REFERENCE_LABELS[1:-1]


def test_the_figures_it_names_are_the_defaults() -> None:
    """The guide's sampling rate, face size, score, coverage floor, interval and held seconds are the settings'
    defaults.
    """
    scan, report = ScanSettings(), ReportSettings()
    text = guide("how-to-read-the-report")
    assert scan.samples_per_second == 2
    assert "two frames a second" in text
    assert f"at least {scan.min_face_px} px" in text
    assert f"score of {report.min_face_score} or more" in text
    assert f"floor** is {report.coverage_floor}" in text
    assert f"{report.confidence * 100:.0f} % interval" in text
    assert f"{report.resamples:,} bootstrap samples" in text
    assert f"held for {float(report.shots.held_seconds)} seconds" in text


def test_detectors_and_engines_are_all_named() -> None:
    """The guide names every detector and, in the order of the settings, every engine."""
    text = guide("how-to-read-the-report")
    assert {name for name in DETECTORS if name != "cuts" and name not in text} == set()
    rows = re.findall(r"^\| ((?:`[a-z0-9-]+`(?:, )?)+) \|", guide("engines"), re.MULTILINE)
    assert re.findall(r"`([a-z0-9-]+)`", "".join(rows)) == list(ENGINES)


def test_every_format_for_editing_tools_is_named() -> None:
    """The guide's table of marker formats has each that there is, in order, and the largest list's length."""
    text = section(guide("exports"), "## Markers for editing tools")
    assert re.findall(r"^\| `([a-z][a-z-]+)` \|", text, re.MULTILINE) == list(NAMES)
    assert f"More than {MAX_EVENTS} markers" in text


def test_every_fate_of_a_scene_is_named() -> None:
    """The guide's table of what became of a scene has each kind that the comparison's CSV can have."""
    table = re.findall(r"^\| [^|]+ \| ((?:`[a-z ]+`(?:, )?)+) \|", guide("comparing"), re.MULTILINE)
    assert re.findall(r"`([a-z ]+)`", "".join(table)) == ["kind", *get_args(MatchKind)]


def test_the_owners_settings_are_all_named(tmp_path: Path) -> None:
    """The guide's config.toml is valid, and sets each setting of each table that there is."""
    text = "\n".join(fenced(guide("owner")))
    (tmp_path / "config.toml").write_text(text)
    read = Configuration.load(tmp_path)
    content = tomllib.loads(text)
    for record, table in (
        (read, content),
        (read.api.tokens[0], content["api"]["tokens"][0]),
        (read.webhooks[0], content["webhooks"][0]),
        (read.watch, content["watch"]),
        (read.cluster, content["cluster"]),
    ):
        assert list(table) == [field.name for field in fields(record)]


def test_the_limits_are_those_of_the_code() -> None:
    """The guide's limits on films are those that are applied."""
    text = " ".join(section(guide("films"), "## Limits").split())
    side = round(limits.PIXELS**0.5)
    hours = limits.SECONDS / 3600
    assert (
        f"({side} × {side} pixels, {limits.STREAMS} streams, {hours} hours, {limits.MAX_RATE} frames a second)" in text
    )


def test_the_map_has_every_package() -> None:
    """The map names each package and module directly in emotion_core once, in the order of the checked layers, and
    packages within them in their row.
    """
    rows = re.findall(r"^\| (`[^|]+) \| ([^|]+) \|$", section(MAP.read_text(), MAP_HEADING), re.MULTILINE)
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = [name for layer in contracts[0]["layers"] for name in layer.split(" | ") if name != "__main__"]
    named = re.findall(r"`(\w+)`", "".join(names for names, _ in rows))
    assert named == layers
    folder = ROOT / "emotion_core"
    for file in folder.glob("*/*/**/__init__.py"):
        outer, *inner = file.parent.relative_to(folder).parts
        holds = next(text for names, text in rows if f"`{outer}`" in names)
        assert f"`{'/'.join(inner)}`" in holds, file


def test_the_map_leads_to_files() -> None:
    """Where the map says that a task begins, there is a file or folder."""
    table = section(MAP.read_text(), "## Where a task begins")
    named = re.findall(r"`([\w./]+)`", table)
    assert {name for name in named if "/" in name and not _exists(name)} == set()


MAP_HEADING = "## Packages, from top to bottom"


def _exists(name: str) -> bool:
    return (ROOT / name).exists() or (ROOT / "emotion_core" / name).exists()
