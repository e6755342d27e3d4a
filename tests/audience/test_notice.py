"""What viewers are told, and the consent made of it."""

from __future__ import annotations

from datetime import datetime

import pytest

from emotion_core.audience import notice
from emotion_core.errors import SettingsError


@pytest.mark.parametrize("source", ["camera", "recording"])
def test_a_notice_says_all_that_the_law_asks(source: notice.Source) -> None:
    """What is read, where, by whom, how long it is kept, and the law, in every notice; its version at the end."""
    text = notice.notice_text(source, "Nordlicht Film\nGmbH")
    assert all(words in text for words in ("face", "this machine", "Nordlicht Film GmbH", "until", "Article 50"))
    assert text.endswith(f"(Notice {notice.NOTICE_VERSION})")


def test_a_consent_keeps_the_notice_and_who_confirmed_it() -> None:
    """The notice is stored whole, with the time and the words of who confirmed it; somebody must."""
    given = notice.consent_to_notice("camera", "  K. W.,\nby hand ")
    assert given.notice == notice.notice_text("camera")
    assert given.given_by == "K. W., by hand"
    assert datetime.fromisoformat(given.given_at).tzinfo is not None
    with pytest.raises(SettingsError, match="Nobody confirmed"):
        notice.consent_to_notice("recording", " \n")


def test_a_notice_without_its_reader() -> None:
    """Who reads the faces may be a person; our own sentences stay whole, and what follows the notice is redacted."""
    told = f"{notice.notice_text('camera', 'Film of Ann')}\nAsk Ann about your viewer."
    left = notice.notice_without_reader(told, lambda line: line.replace("Ann", "Viewer 1").replace("viewer", "-"))
    assert "This is done by (name left out).\n" in left
    assert left.endswith(f"(Notice {notice.NOTICE_VERSION})\nAsk Viewer 1 about your -.")
    assert "until the viewer, the screening or the film is deleted" in left
    assert notice.notice_version(told) == notice.NOTICE_VERSION
    plain = notice.notice_text("recording")
    assert notice.notice_without_reader(plain, str.upper) == plain
