"""HDR and log material mapped to a plain display."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from emotion_core.decoding import Decoder
from emotion_core.faces import open_detector
from emotion_core.media import Media, transfer_curve
from emotion_core.media.transfer_functions import BT2020, to_bt709
from emotion_core.picture import display_rgb
from tests.support.clips import man
from tests.support.films import HLG, PQ, Picture, write_film

Values = NDArray[np.float64]

TO_BT2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])
"""Linear BT.709 to linear BT.2020: ITU-R BT.2087."""
CINE_TO_BT709 = np.array(
    [[1.6269474, -0.5401385, -0.0868089], [-0.1785155, 1.4179409, -0.2394254], [-0.0444361, -0.1959199, 1.2403560]]
)
"""Linear S-Gamut3.Cine to linear BT.709, as Sony gives it."""

GREY = {
    # curve: the signal (code / 1023 where its maker counts so) of an 18 % grey card, as its maker tells it
    "log (S-Log3)": 420 / 1023,
    "log (V-Log)": 433 / 1023,
    "log (LogC)": 400 / 1023,
    "log (Log-C4)": 0.2784,
    "log (C-Log2)": 0.3983,
    "log (C-Log 3)": 0.3434,
    "log (F-Log)": 470 / 1023,
    "log (F-Log2)": 400 / 1023,
    "log (N-Log)": 372 / 1023,
    "log (D-Log)": 0.3988,
    "log (L-Log)": 0.4353,
    "log (Log3G10)": 1 / 3,
}


def bt1886(signal: Values) -> Values:
    """A display's light, 1 for its white."""
    return np.asarray(np.power(signal, 2.4))


def pq_coded(picture: Picture) -> Values:
    """The signal by which PQ shows a plain picture with its white at 203 cd/m²: the inverse EOTF of ST 2084."""
    light = np.clip(bt1886(picture / 255) @ TO_BT2020.T, 0, None) * 203 / 10_000
    root = np.power(light, 0.1593017578125)
    return np.asarray(np.power((0.8359375 + 18.8515625 * root) / (1 + 18.6875 * root), 78.84375))


def hlg_coded(picture: Picture) -> Values:
    """The signal by which HLG shows it on a display of 1000 cd/m²: inverse OOTF and OETF of BT.2100."""
    display = np.clip(bt1886(picture / 255) @ TO_BT2020.T, 0, None) * 0.203
    luminance = np.maximum(display @ np.array([0.2627, 0.6780, 0.0593]), 1e-9)
    scene = display * np.power(luminance, (1 - 1.2) / 1.2)[..., None]
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.asarray(np.where(scene <= 1 / 12, np.sqrt(3 * scene), a * np.log(np.maximum(12 * scene - b, 1e-9)) + c))


def s_log3_coded(picture: Picture) -> Values:
    """The signal by which a camera in S-Log3 records what one in BT.709 shows as `picture`; 0 is code 64, 1 is 940."""
    signal = picture / 255
    scene = np.where(signal < 0.081, signal / 4.5, np.power((signal + 0.099) / 1.099, 1 / 0.45))
    light = scene @ np.linalg.inv(CINE_TO_BT709).T
    low = light * (171.2102946929 - 95) / 0.01125 + 95
    code = np.where(light >= 0.01125, 420 + np.log10(np.maximum(light + 0.01, 1e-9) / 0.19) * 261.5, low)
    return np.asarray((code - 64) / 876)


HOW: dict[str, tuple[Callable[[Picture], Values], str, dict[str, Any]]] = {
    "pq": (pq_coded, "a.mp4", {"transfer": PQ, "colours": 9}),
    "pq in hevc": (pq_coded, "a.mkv", {"transfer": PQ, "colours": 9, "codec": "libx265"}),
    "hlg": (hlg_coded, "a.mov", {"transfer": HLG, "colours": 9}),
    "s-log3": (s_log3_coded, "a.mp4", {"comment": "Gamma S-Log3, S-Gamut3.Cine", "colours": 1}),
}


def chart() -> Picture:
    """48 even patches: greys, muted and strong colours, as far up as is shown unchanged."""
    random = np.random.default_rng(7)
    patches = random.integers(30, 225, (6, 8, 3))
    patches[0] = np.linspace(8, 228, 8).round()[:, None]
    patches[1, 0], patches[1, 1], patches[1, 2] = (224, 40, 30), (40, 220, 60), (40, 50, 220)
    return np.asarray(np.repeat(np.repeat(patches, 32, axis=0), 40, axis=1), dtype=np.uint8)


def written(pictures: list[Picture], path: Path, name: str) -> Path:
    coded, file, how = HOW[name]
    deep = [(coded(picture).clip(0, 1) * 65535).round().astype(np.uint16) for picture in pictures]
    options = {"x265-params": "log-level=none:crf=4"} if "codec" in how else None
    return write_film(path / file, deep, quality=4, pixel_format="yuv420p10le", options=options, **how)


def read_shown(path: Path) -> tuple[Media, list[Picture]]:
    with Decoder(path, "content") as decoder:
        return decoder.media, [display_rgb(frame, decoder.media) for frame in decoder.frames()]


def middles(picture: Picture) -> Values:
    """The mean of each of the chart's patches, without its rim."""
    patches = picture.reshape(6, 32, 8, 40, 3).astype(np.float64)[:, 8:24, :, 10:30]
    return np.asarray(patches.mean(axis=(1, 3)))


@pytest.mark.parametrize("name", HOW)
def test_known_colours_come_back(tmp_path: Path, name: str) -> None:
    """A plain picture coded in HDR or log by the inverse formula is shown as before, within a few code values."""
    media, (picture, *_) = read_shown(written([chart()] * 3, tmp_path, name))
    assert media.transfer
    (note,) = dataclasses.replace(media, mended=True).notes
    assert note == f"{media.transfer} material: brought to a plain display's range for the faces."
    off = np.abs(middles(picture) - middles(chart()))
    assert off.max() <= 6
    assert off.mean() <= 1.2


@pytest.mark.parametrize("name", HOW)
def test_faces_are_found_as_on_the_plain_picture(tmp_path: Path, name: str) -> None:
    """A face in HDR or log has the box and the appearance of the plain picture."""
    plain = [np.asarray(p[:, :384], dtype=np.uint8) for p in man(0, 3, 288)]
    detector = open_detector(640, 32)
    for picture, truth in zip(read_shown(written(plain, tmp_path, name))[1], plain, strict=True):
        (face,), (true,) = detector.find(picture), detector.find(truth)
        np.testing.assert_allclose(face.box, true.box, atol=0.04 * true.shorter_side)
        assert face.score == pytest.approx(true.score, abs=0.04)
        below = (truth < 228).all(axis=2)
        assert np.abs(picture.astype(float) - truth)[below].mean() < 3


def test_highlights_are_pressed_together_and_stay_in_order(tmp_path: Path) -> None:
    """Light beyond reference white is compressed and stays in order; darker light is unchanged."""
    nits = np.array([50, 100, 150, 203, 250, 300, 1000])
    root = np.power(nits / 10_000, 0.1593017578125)
    signal = np.power((0.8359375 + 18.8515625 * root) / (1 + 18.6875 * root), 78.84375)
    patches = np.repeat(np.repeat((signal * 65535).round().astype(np.uint16)[None, :], 64, axis=0), 32, axis=1)
    deep = np.repeat(patches[:, :, None], 3, axis=2)
    path = write_film(tmp_path / "a.mp4", [deep] * 2, quality=1, pixel_format="yuv420p10le", transfer=PQ, colours=9)
    row = read_shown(path)[1][0][32, 16::32].mean(axis=1)
    assert (np.diff(row) > 0).all()
    np.testing.assert_allclose(row[:3], 255 * np.power(nits[:3] / 203, 1 / 2.4), atol=2)
    assert 240 <= row[3] < 250
    assert row[6] == 255


@pytest.mark.parametrize("transfer", GREY)
def test_a_grey_card_is_a_grey_card(transfer: str) -> None:
    """For every log curve the maker's signal of an 18 % grey card gives 18 % of light."""
    curve = transfer_curve(transfer)
    assert curve is not None
    assert curve.light(np.array([GREY[transfer]]))[0] == pytest.approx(0.18, abs=0.0025)
    rising = curve.light(np.linspace(0.05, 1, 2000))
    assert (np.diff(rising) > 0).all()
    assert np.diff(rising[:300]).max() < 0.001  # no step where its pieces meet


def test_gamuts_are_the_published_ones() -> None:
    """The matrices from BT.2020 and S-Gamut3.Cine to BT.709 are the published ones, and white stays white."""
    np.testing.assert_allclose(to_bt709(BT2020) @ TO_BT2020, np.eye(3), atol=5e-4)
    curve = transfer_curve("log (s-log 3)")
    assert curve is not None
    np.testing.assert_allclose(to_bt709(curve.primaries), CINE_TO_BT709, atol=5e-4)
    for transfer in GREY:
        known = transfer_curve(transfer)
        assert known is not None
        np.testing.assert_allclose(to_bt709(known.primaries).sum(axis=1), 1, atol=1e-9)


UNKNOWN = ["", "log (D-Log M)", "log (S-Log)", "log (C-Log)"]


@pytest.mark.parametrize("transfer", UNKNOWN)
def test_what_is_not_known_is_left_alone(transfer: str) -> None:
    """Plain material, and log curves without a formula, are shown as coded."""
    assert transfer_curve(transfer) is None


def test_a_log_curve_not_known_is_said_to_be_read_less_well(tmp_path: Path) -> None:
    """A film in a log curve without a formula is shown as coded, with a note."""
    path = write_film(tmp_path / "a.mp4", _still(), comment="D-Log M")
    media, (picture, *_) = read_shown(path)
    assert media.transfer == "log (D-Log M)"
    assert "read less well" in media.notes[0]
    assert np.abs(picture.astype(float) - next(_still())).mean() < 3


def _still() -> Iterator[Picture]:
    for picture in man(0, 2, 288):
        yield np.asarray(cv2.blur(picture[:, :384], (3, 3)), dtype=np.uint8)
