"""Change notes as a web page."""

from __future__ import annotations

import io
import re
from dataclasses import replace

from PIL import Image

from emotion_core.export.changes import html_page
from tests.support.compared import changed


def test_the_page_has_every_change_with_pictures_and_escapes_names() -> None:
    """A picture of each side that has one, or why not; no name becomes markup; no script, and no request."""
    small = io.BytesIO()
    Image.new("RGB", (64, 36), "red").save(small, "JPEG")
    cuts = replace(changed(), picture=lambda side, thumbnail: None if side else small.getvalue())
    page = html_page.write(cuts).decode()
    assert "<title>=old &#34;cut&#34; 🎬 &lt;b&gt;.mov → new\ncut.mov: what changed</title>" in page
    assert "<b>" not in page
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert page.count('<li class="change">') == 5
    assert page.count('<img src="data:image/jpeg;base64,') == 5
    assert page.count("not in the second") == 1
    assert page.count("no picture") == 4
    assert not re.search(r'(?:src|href)="(?!data:)', page)
    assert '<span class="badge">trimmed</span> head −15 frames' in page
    assert '<span class="clock">00:00:03:15 – 00:00:07:15</span>' in page
    assert "2.6 s left out, 0.5 s new: 1 scene left out, 1 trimmed" in page
    assert "<td>sad</td><td>" in page
