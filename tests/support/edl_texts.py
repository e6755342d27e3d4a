"""EDLs as text, with the events that each reads as."""

from __future__ import annotations

from tests.support.event_rows import Row

HEAD = "TITLE: T\nFCM: NON-DROP FRAME\n\n"


SOURCE = "00:00:00:00 00:00:05:00"


ONE = "01:00:00:00 01:00:02:10"


TWO = "01:00:02:10 01:00:04:10"


THREE = "01:00:04:10 01:00:07:10"


CUTS: list[Row] = [
    ("01:00:00:00", "01:00:02:10", "clip1"),
    ("01:00:02:10", "01:00:04:10", "clip2"),
    ("01:00:04:10", "01:00:07:10", "clip3"),
]


UNNAMED: list[Row] = [(start, end, "") for start, end, _ in CUTS]


def edl(*fields: str, names: bool = True, head: str = HEAD) -> str:
    """Three events; `fields` are reel, channel and transition of each, the last one repeated."""
    text = head
    for number, record in enumerate((ONE, TWO, THREE), start=1):
        text += f"{number:03}  {fields[min(number, len(fields)) - 1]} {SOURCE} {record}\n"
        if names:
            text += f"* FROM CLIP NAME: clip{number}\n\n"
    return text


def key(background: str, foreground: str) -> str:
    return (
        f"{HEAD}001  AX V C {SOURCE} {ONE}\n* FROM CLIP NAME: clip1\n"
        f"002  AX V {background} {SOURCE} {TWO}\n002  TITLE V {foreground} {SOURCE} {TWO}\n"
        "* FROM CLIP NAME: clip2\n* KEY CLIP NAME: title\n"
        f"003  AX V C {SOURCE} {THREE}\n* FROM CLIP NAME: clip3\n"
    )


READ: list[tuple[str, list[Row], int]] = [
    # the list, its events, frames of the second one's transition
    (edl("AX V C").replace("\n", "\r\n"), CUTS, 0),
    (edl("AX V C").replace("\n", "\r"), CUTS, 0),
    (edl("AX V C", names=False, head=""), UNNAMED, 0),
    # One digit, six digits, and a letter behind the number.
    (edl("AX V C", head="").replace("\n00", "\n").removeprefix("00"), CUTS, 0),
    (edl("AX V C", head="").replace("\n00", "\n00000").replace("001 ", "000001 "), CUTS, 0),
    (edl("AX V C", head="").replace("002 ", "002A "), CUTS, 0),
    # Names: whichever comment says them.
    (edl("AX V C").replace("FROM CLIP NAME", "CLIP NAME"), CUTS, 0),
    (edl("AX V C").replace("FROM CLIP NAME", "source file"), CUTS, 0),
    (edl("AX V C").replace("* FROM CLIP NAME: ", "*FROM CLIP NAME:    "), CUTS, 0),
    # Dissolves: with a letter, without one, as a wipe; in two lines or one.
    (edl("AX V C", "AX V D    008", "AX V C").replace("FROM CLIP NAME: clip2", "TO CLIP NAME: clip2"), CUTS, 8),
    (edl("AX V C", "AX V      008", "AX V C").replace("FROM CLIP NAME: clip2", "TO CLIP NAME: clip2"), CUTS, 8),
    (edl("AX V C", "AX V D008", "AX V C").replace("FROM CLIP NAME: clip2", "TO CLIP NAME: clip2"), CUTS, 8),
    (edl("AX V C", "AX V D 00008", "AX V C").replace("FROM CLIP NAME: clip2", "TO CLIP NAME: clip2"), CUTS, 8),
    (edl("AX V C", "AX V W001 012", "AX V C").replace("FROM CLIP NAME: clip2", "TO CLIP NAME: clip2"), CUTS, 12),
    (
        edl("AX V C", "AX V D 024", "AX V C")
        .replace("\n002 ", f"\n002  BL V C {SOURCE} 01:00:02:10 01:00:02:10\n002 ")
        .replace("FROM CLIP NAME: clip2", "FROM CLIP NAME: clip1\n* TO CLIP NAME: clip2"),
        CUTS,
        24,
    ),
    # Keys: what lies behind is the picture.
    (key("K B", "K   012"), CUTS, 0),
    (key("K B (F)", "K O 012"), CUTS, 0),
    (key("KB", "K"), CUTS, 0),
    # Other channels and tracks carry their comments with them.
    (edl("AX V C") + f"004  AX A C {SOURCE} {ONE}\n* FROM CLIP NAME: sound\n", CUTS, 0),
    (edl("AX V C") + f"004  AX NONE C {SOURCE} {ONE}\n* FROM CLIP NAME: nothing\n", CUTS, 0),
    (edl("AX V C") + f"004  AX 12 C {SOURCE} {ONE}\n* FROM CLIP NAME: sound\n", CUTS, 0),
    (edl("AX V C").replace("\n002", f"\n009  AX A2 C {SOURCE} {ONE}\n\n* FROM CLIP NAME: sound\n002"), CUTS, 0),
]
