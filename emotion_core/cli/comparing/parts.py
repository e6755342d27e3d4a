"""A list that becomes one file or several, as many as its format needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import SettingsError
from ...formatting import in_one_line

if TYPE_CHECKING:
    from ...library import Library
    from ...library.outputs import Output


def write_parts(
    library: Library, inputs: tuple[Path, Path], file: Output, suffix: str, contents: Sequence[bytes]
) -> None:
    """Write the parts to `file`, or numbered beside it with its suffix or else `suffix`. Prints where they are.

    Raises SettingsError where several would go into a file that is none, such as standard output.
    """
    from ...library import outputs

    if len(contents) > 1 and file.is_special:
        raise SettingsError(f"{len(contents)} files do not fit into {file.path}.", "Name a file.")
    if len(contents) == 1:
        file.write(contents[0])
        if not file.is_special:
            print(in_one_line(file.path))
        return
    ending = file.path.suffix or Path(suffix).suffix
    paths = [file.path.with_name(f"{file.path.stem}-{n}{ending}") for n in range(1, len(contents) + 1)]
    for output, content in zip(outputs.outputs_for(library, inputs, *paths), contents, strict=True):
        assert output is not None
        output.write(content)
        print(in_one_line(output.path))
