"""The report as a web page."""

from __future__ import annotations

import re

from emotion_core.export import FORMATS
from tests.support.reported import WRITTEN, film


def test_the_page_holds_everything_and_escapes_names() -> None:
    """Charts, board and table are in it; no name becomes markup; a policy forbids it every request."""
    page = FORMATS["html"].write(film()).decode()
    own = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert "<title>cut &lt;7&gt;.mov: apparent expression" in own
    assert "<b>Scene 3 · =1+1 --&gt; &lt;b&gt;</b>" in own
    assert own.count('<figure class="scene">') == 3
    assert "default-src 'none'" in own
    assert not re.search(r'(?:src|href)="(?!data:)', own)
    assert page.count('"showSendToCloud": false') == 2
    for name in ("timeline", "heatmap"):
        assert f'<div id="{name}" class="plotly-graph-div"' in own
    assert "mixed: sad, happy (the intervals of the two overlap)" in own
    assert "The film&#39;s SHA-256 is" in own or "The film's SHA-256 is" in own


def test_the_page_has_the_target_arc_and_the_notes() -> None:
    """The chart and the ranking as a table, targets that wait, and each note; without any there is no such section."""
    page = FORMATS["html"].write(film(annotations=WRITTEN)).decode()
    own = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert '<div id="targets" class="plotly-graph-div"' in own
    assert "<td>sad, intensity 0.50</td><td>missed, off by 98 points (98–98)</td>" in own
    assert "1 target waits for a scene that does not begin there now: angry at 00:00:02:10." in own
    assert "Slow --&gt; &lt;i&gt;</td>" in own
    assert '<td class="clock">00:00:00:10</td>' in own
    bare = FORMATS["html"].write(film()).decode()
    assert "Target arc" not in bare
    assert "<h2>Notes</h2>" not in bare
