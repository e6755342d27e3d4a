"""The section “Audience” of the report as a web page."""

from __future__ import annotations

import re
from dataclasses import replace

from emotion_core.errors import LibraryError
from emotion_core.export import FORMATS, ScreenedFilm
from tests.support.reported import film
from tests.support.screened import NAMES, screened


def _page(audience: ScreenedFilm | None) -> str:
    reported = film() if audience is None else replace(film(), analysis=audience.analysis, audience=lambda: audience)
    page = FORMATS["html"].write(reported).decode()
    return re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


def test_the_page_has_the_audience_without_names() -> None:
    """Curves, a row a scene with synchrony, groups with their balanced mean, the method and the notice; no request."""
    page = _page(screened())
    assert "<h2>Audience</h2>" in page
    assert '<div id="audience" class="plotly-graph-div"' in page
    assert page.count("<td>Scene 1 · Kitchen &amp; hall</td>") == 2
    assert "<td>group: young --&gt; &lt;b&gt;</td>" in page
    assert "<td>group: group-balanced mean</td>" in page
    assert re.search(r'<td class="number"><b>0\.\d\d</b></td>', page)
    assert "2 viewers agreed to this notice (version 1):" in page
    assert "AI Act, Article 50" in page
    assert not re.search(r'(?:src|href)="(?!data:)', page)
    assert not any(name in page for name in NAMES)


def test_reasons_stand_where_numbers_are_missing() -> None:
    """Two viewers: shares, and why there is neither interval nor synchrony."""
    page = _page(screened(2))
    assert "few viewers" in page
    assert "fewer than 3 viewers" in page


def test_there_is_no_section_without_numbers() -> None:
    """Of a film without a screening, and of one whose viewers were not read yet."""
    assert "<h2>Audience</h2>" not in _page(None)

    def unread() -> ScreenedFilm | None:
        raise LibraryError("No viewer of “Monday” has numbers yet.", "Wait.")

    page = FORMATS["html"].write(replace(film(), audience=unread)).decode()
    assert "<h2>Audience</h2>" not in page
    assert "The audience is left out: no viewer of the screening has numbers yet." in page
