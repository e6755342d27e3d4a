"""Cut lists as editing tools and scene detectors write them, conformed to their film."""

from __future__ import annotations

import pytest

from emotion_core.media import Media
from tests.support.cut_lists import CUTS, DF90, HEAD, LEADER, MIDNIGHT, PLAIN, laid

PLACES = [("00:00", "02:10"), ("02:10", "04:10"), ("04:10", "07:10"), ("07:10", "10:10"), ("10:10", "12:20")]
SOURCE = "00:00:00:00 00:00:05:00"
NAMES = [f"clip{number}.mov" for number in range(1, 6)]
CODE_PAGE = "Windows' code page"


def events(line: str, *, names: bool = True, comment: str = "* FROM CLIP NAME: {name}", head: str = HEAD) -> str:
    """An EDL of PLAIN's five scenes; `line` is an event up to its timecodes."""
    text = head
    for number, (name, (a, b)) in enumerate(zip(NAMES, PLACES, strict=True), start=1):
        text += f"{line.format(number=number)} {SOURCE} 01:00:{a} 01:00:{b}\n"
        text += f"{comment.format(name=name)}\n\n" if names else ""
    return text


DISSOLVE = HEAD + (
    f"001  REEL1    V     C        {SOURCE} 01:00:00:00 01:00:02:10\n* FROM CLIP NAME:  clip1.mov\n"
    f"002  REEL1    V     C        {SOURCE} 01:00:02:10 01:00:02:10\n"
    f"002  REEL2    V          008 {SOURCE} 01:00:02:10 01:00:04:10\n"
    "* FROM CLIP NAME:  clip1.mov\n* TO CLIP NAME:  clip2.mov\n"
    f"003  AX       V     C        {SOURCE} 01:00:04:10 01:00:12:20\n* FROM CLIP NAME:  clip3.mov\n"
)
INCLUSIVE = HEAD + "".join(
    f"{number:03}  AX V     C        {span} {span}\n"
    for number, span in enumerate(
        ["00:00:00:00 00:00:02:09", "00:00:02:10 00:00:04:09", "00:00:04:10 00:00:07:09", "00:00:07:10 00:00:10:09",
         "00:00:10:10 00:00:12:19"], start=1,
    )
)  # fmt: skip
PYSCENEDETECT = (
    "Scene Number,Start Frame,Start Timecode,Start Time (seconds),End Frame\n"
    "1,1,00:00:00.000,0.000,60\n2,61,00:00:02.400,2.400,110\n"
)
CUT_TIMES = ["0s", "00:00:02.400", "00:00:04,400", "7.4s", "00:00:10.400"]

CASES: list[tuple[str, str | bytes, Media, list[int], list[str] | None, list[str]]] = [
    # situation, the list, the film, first frames, names (None: no names), words of the notes
    ("reel with a space", events("{number:03}  TAPE 1   V     C       "), PLAIN, CUTS, NAMES, []),
    ("reel of two words and a dot", events("{number:03}  CAM A.2 v3  V     C       "), PLAIN, CUTS, NAMES, []),
    ("picture and sound", events("{number:03}  AX       V1A1A2 C       "), PLAIN, CUTS, NAMES, []),
    ("picture and two sounds", events("{number:03}  AX       VA12   C       "), PLAIN, CUTS, NAMES, []),
    ("both", events("{number:03}  AX       B      C       "), PLAIN, CUTS, NAMES, []),
    ("channels apart", events("{number:03}  AX       V A1 A2   C  "), PLAIN, CUTS, NAMES, []),
    ("one digit, no head", events("{number} AX V C", names=False, head=""), PLAIN, CUTS, None, []),
    ("six digits, no head", events("{number:06} AX V C", names=False, head=""), PLAIN, CUTS, None, []),
    ("no title", events("{number:03} AX V C", head="FCM: NON-DROP FRAME\n"), PLAIN, CUTS, NAMES, []),
    ("dissolve without a letter", DISSOLVE, PLAIN, [0, 64, 110], ["clip1.mov", "clip2.mov", "clip3.mov"], []),
    ("dissolve", DISSOLVE.replace("     008", "D    008"), PLAIN, [0, 64, 110], NAMES[:3], []),
    ("wipe", DISSOLVE.replace("     008", "W001 008"), PLAIN, [0, 64, 110], NAMES[:3], []),
    ("inclusive outs", INCLUSIVE, PLAIN, CUTS, None, ["first frame", "taken as inclusive"]),
    ("Windows' code page", events("{number:03} AX V C", comment="* FROM CLIP NAME: Café {name}").encode("cp1252"),
     PLAIN, CUTS, [f"Café {name}" for name in NAMES], [CODE_PAGE]),
    ("UTF-16", events("{number:03} AX V C", comment="* FROM CLIP NAME: Café {name}").encode("utf-16"),
     PLAIN, CUTS, [f"Café {name}" for name in NAMES], []),
    ("UTF-8 with a mark, lines of Windows", events("{number:03} AX V C").replace("\n", "\r\n").encode("utf-8-sig"),
     PLAIN, CUTS, NAMES, []),
    ("lines of an old Macintosh", events("{number:03} AX V C").replace("\n", "\r"), PLAIN, CUTS, NAMES, []),
    ("TransNetV2's pairs", "0 59\n60 109\n110 184\n185 259\n260 319\n", PLAIN, CUTS, None, ["first and last frame"]),
    ("pairs with an end that is the next begin", "0 60\n60 110\n110 185\n185 260\n260 320\n", PLAIN, CUTS, None,
     ["pairs"]),
    ("PySceneDetect's CSV", PYSCENEDETECT, PLAIN, [0, 60, 110], None, []),
    ("PySceneDetect's CSV with its cuts", f"Timecode List:,00:00:02.400\n{PYSCENEDETECT}", PLAIN, [0, 60, 110], None,
     []),
    ("times of the clock", "\n".join(CUT_TIMES), PLAIN, CUTS, None, []),
    ("leader before the film", events("{number:03}  AX       V     C       "), LEADER,
     [2250, 2310, 2360, 2435, 2510], NAMES, []),
    ("a non-drop list of a drop-frame film",
     f"{HEAD}001 AX V C {SOURCE} 01:00:00:00 01:00:12:23\n002 AX V C {SOURCE} 01:00:12:23 01:00:25:16\n"
     f"003 AX V C {SOURCE} 01:00:25:16 01:00:38:09\n004 AX V C {SOURCE} 01:00:38:09 01:00:51:02\n",
     DF90, [0, 383, 766, 1149, 1532], None, ["compared in real time"]),
    ("midnight", f"{HEAD}001 AX V C {SOURCE} 23:59:55:00 23:59:57:10\n002 AX V C {SOURCE} 23:59:57:10 23:59:59:10\n"
     f"003 AX V C {SOURCE} 23:59:59:10 00:00:02:10\n004 AX V C {SOURCE} 00:00:02:10 00:00:05:10\n"
     f"005 AX V C {SOURCE} 00:00:05:10 00:00:07:20\n", MIDNIGHT, CUTS, None, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("situation", "text", "film", "starts", "names", "notes"), CASES, ids=[case[0] for case in CASES]
)
def test_a_list_is_read_as_its_writer_meant_it(
    situation: str, text: str | bytes, film: Media, starts: list[int], names: list[str] | None, notes: list[str]
) -> None:
    """Each list gives its film's scenes at their frames, with their names, and a note for each assumption."""
    read = laid(text, film)
    assert [frame for frame, _ in read.cuts] == starts
    assert [name for _, name in read.cuts] == (names or [""] * len(starts))
    assert len(read.notes) == len(notes), read.notes
    for words, note in zip(notes, read.notes, strict=True):
        assert words in note
