"""What browser tests do with charts over running time."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def chart(page: Page, kind: str) -> Locator:
    """The chart of a kind, drawn."""
    its = page.locator(f".chart[data-kind={kind}]")
    expect(its.locator(".main-svg").first).to_be_visible()
    return its


def place(chart: Locator, part: str) -> float:
    """Where the left edge of a part lies in a chart's plot area, from 0 to 1."""
    left, area = chart.locator(part).bounding_box(), chart.locator(".over").bounding_box()
    assert left is not None
    assert area is not None
    return (left["x"] - area["x"]) / area["width"]


def click(page: Page, chart: Locator, share: float) -> None:
    """Click in the middle of a chart's height, at a share of its width."""
    chart.scroll_into_view_if_needed()
    area = chart.locator(".over").bounding_box()
    assert area is not None
    page.mouse.click(area["x"] + area["width"] * share, area["y"] + area["height"] / 2)
