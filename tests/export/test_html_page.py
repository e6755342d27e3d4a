"""The report as a web page."""

from __future__ import annotations

import re

from emotion_core.export import FORMATS
from tests.support.reported import film


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
