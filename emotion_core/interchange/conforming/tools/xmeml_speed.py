"""Clips of an xmeml whose footage runs at another speed in the second cut.

Apple, “Final Cut Pro XML Interchange Format”: the filter timeremap has a speed in percent and a graph of key frames:
when (the clip's own frames, at its speed) and value (the source's). Final Cut Pro, Premiere Pro and Resolve count in,
out, duration, markers and key frames in the clip's own frames, so that out less in is its length; some other programs
count in and out in the source's.
"""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from ....errors import SettingsError
from ....parsing import parse_fraction
from ...readers.timelines import xmeml, xml

_BEHIND = ("filter", "sourcetrack", "link", "logginginfo", "comments", "labels", "colorinfo")
"""Children of a clip behind which no filter is put first."""


def counts_source(clip: Element, ratio: Fraction, rate: Fraction) -> bool:
    """Whether a retimed clip's in and out count frames of its source, and not its own.

    `ratio` is their distance for each frame of the sequence, `rate` the sequence's.
    """
    effect = _time_remap(clip)
    speed = None if effect is None else _decimal(_value(effect, "speed"))
    own = (xmeml.rate_of(clip.find("rate")) or rate) / rate
    return speed is not None and abs(ratio - own) > abs(ratio - own * abs(speed) / 100)


def retime(clip: Element, stretch: Fraction, *, media: str, own_frames: bool) -> None:
    """Let a clip last so many times as long, and show the same of its source. Key frames go with their pictures.

    `media` is that of its track, “video” or “audio”; `own_frames`: whether in and out count the clip's own frames. The
    caller sets in and out, and moves the markers. A generator has no source, and stays as it is.
    """
    if stretch == 1 or clip.tag == "generatoritem":
        return
    if own_frames:
        for key in clip.iterfind("filter//keyframe/when"):
            _stretch(key, stretch)
        _stretch(clip.find("duration"), stretch)
    effect = _time_remap(clip)
    if effect is None:
        effect = _add_time_remap(clip, media)
    speed = _value(effect, "speed")
    percent = _decimal(speed)
    if speed is not None and percent is not None:
        speed.text = f"{float(percent / stretch):.6f}".rstrip("0").rstrip(".")


def _time_remap(clip: Element) -> Element | None:
    return next((each for each in clip.iterfind("filter/effect") if xml.text_at(each, "effectid") == "timeremap"), None)


def _value(effect: Element, parameter: str) -> Element | None:
    found = (each for each in effect.findall("parameter") if xml.text_at(each, "parameterid") == parameter)
    return next((each.find("value") for each in found), None)


def _decimal(element: Element | None) -> Fraction | None:
    try:
        return None if element is None else parse_fraction((element.text or "").strip(), "A number of the list")
    except SettingsError:
        return None


def _stretch(element: Element | None, stretch: Fraction) -> None:
    value = _decimal(element)
    if element is not None and value is not None:
        element.text = str(round(value * stretch))


def _add_time_remap(clip: Element, media: str) -> Element:
    """A filter timeremap that changes nothing."""
    added = Element("filter")
    effect = SubElement(added, "effect")
    for tag, text in (
        ("name", "Time Remap"), ("effectid", "timeremap"), ("effectcategory", "motion"), ("effecttype", "motion"),
        ("mediatype", media),
    ):  # fmt: skip
        SubElement(effect, tag).text = text
    for name, least, most, value in (
        ("variablespeed", "0", "1", "0"), ("speed", "-10000", "10000", "100"), ("reverse", "", "", "FALSE"),
        ("frameblending", "", "", "FALSE"),
    ):  # fmt: skip
        parameter = SubElement(effect, "parameter")
        for tag, text in (("parameterid", name), ("name", name), ("valuemin", least), ("valuemax", most)):
            if text:
                SubElement(parameter, tag).text = text
        SubElement(parameter, "value").text = value
    clip.insert(next((at for at, child in enumerate(clip) if child.tag in _BEHIND), len(clip)), added)
    return effect
