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
