"""Transfer functions of HDR and log material, from code values to light: published formulas, none fitted.

A signal is the decoded R'G'B', 0 to 1 from black to white of the coded range; for formulas in 10-bit code values, 0 is
code 64 and 1 is code 940 of 1023. Light is relative: 1 is diffuse white.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

REFERENCE_WHITE = 203.0
"""HDR reference white, cd/m² (ITU-R BT.2408, table 1)."""

_Primaries = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
"""CIE 1931 x, y of red, green and blue; white is always D65."""

BT709: _Primaries = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
BT2020: _Primaries = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
DISPLAY_P3: _Primaries = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
TAGGED_PRIMARIES = {1: BT709, 9: BT2020, 12: DISPLAY_P3}
"""Primaries by their number in ITU-T H.273, table 2."""

_S_GAMUT3_CINE: _Primaries = ((0.766, 0.275), (0.225, 0.800), (0.089, -0.087))
_V_GAMUT: _Primaries = ((0.730, 0.280), (0.165, 0.840), (0.100, -0.030))
_ARRI_WIDE_3: _Primaries = ((0.6840, 0.3130), (0.2210, 0.8480), (0.0861, -0.1020))
_ARRI_WIDE_4: _Primaries = ((0.7347, 0.2653), (0.1424, 0.8576), (0.0991, -0.0308))
_CINEMA_GAMUT: _Primaries = ((0.740, 0.270), (0.170, 1.140), (0.080, -0.100))
_D_GAMUT: _Primaries = ((0.71, 0.31), (0.21, 0.88), (0.09, -0.08))
_RED_WIDE: _Primaries = ((0.780308, 0.304253), (0.121595, 1.493994), (0.095612, -0.084589))


@dataclass(frozen=True, slots=True)
class Curve:
    """Transfer function and primaries of one kind of material."""

    light: Callable[[Values], Values]
    """Light of a signal; with `codes`, of code values / 1023."""
    primaries: _Primaries
    tagged: bool = False
    """Whether a frame's tag overrides `primaries`; in camera log it is unreliable."""
    codes: bool = False
    scene: bool = True
    """Whether light is scene light, shown through BT.709's camera curve; else it is display light."""


def transfer_curve(transfer: str) -> Curve | None:
    """The curve named by Media.transfer; None for plain material and for unpublished curves."""
    name = re.sub(r"[^a-z0-9():]", "", transfer.lower())
    return _CURVES.get(name.removeprefix("log(").removesuffix(")") if name.startswith("log(") else name)


def pq(signal: Values) -> Values:
    """SMPTE ST 2084 (BT.2100 table 4): display light; 10,000 cd/m² at 1."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    root = np.power(np.clip(signal, 0, 1), 1 / m2)
    return np.power(np.maximum(root - c1, 0) / (c2 - c3 * root), 1 / m1) * 10_000 / REFERENCE_WHITE


def hlg(signal: Values) -> Values:
    """ARIB STD-B67 (BT.2100 table 5), inverse OETF: scene light, 0 to 1; see picture.tone_mapping.hlg_display."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)


def _logarithmic(decades: float) -> Callable[[Values], Values]:
    """ITU-T H.273, table 3, values 9 and 10: light over 2 and 2.5 decades."""
    return lambda signal: np.power(10.0, (signal - 1) * decades)


def _s_log3(x: Values) -> Values:
    """Sony, Technical Summary for S-Gamut3.Cine/S-Log3 and S-Gamut3/S-Log3."""
    code = x * 1023
    return np.where(
        code >= 171.2102946929,
        np.power(10.0, (code - 420) / 261.5) * (0.18 + 0.01) - 0.01,
        (code - 95) * 0.01125 / (171.2102946929 - 95),
    )


def _v_log(x: Values) -> Values:
    """Panasonic, V-Log/V-Gamut Reference Manual."""
    return np.where(x < 0.181, (x - 0.125) / 5.6, np.power(10.0, (x - 0.598206) / 0.241514) - 0.00873)


def _arri_log_c3(t: Values) -> Values:
    """ARRI, ALEXA Log C Curve: Usage in VFX, at exposure index 800."""
    toe = (t - 0.092809) / 5.367655
    return np.where(t > 0.149658, (np.power(10.0, (t - 0.385537) / 0.247190) - 0.052272) / 5.555556, toe)


def _arri_log_c4(t: Values) -> Values:
    """ARRI, LogC4 Logarithmic Color Space Specification."""
    a, b, c = (2**18 - 16) / 117.45, (1023 - 95) / 1023, 95 / 1023
    s, offset = 7 * np.log(2) * 2 ** (7 - 14 * c / b) / (a * b), (2 ** (14 * (-c / b) + 6) - 64) / a
    return np.where(t < 0, t * s + offset, (np.power(2.0, 14 * (t - c) / b + 6) - 64) / a)


def _canon_log2(x: Values) -> Values:
    """Canon, Canon Log Gamma Curves, version 1.2; reflectance is 0.9 of its linear value."""
    rise = (np.power(10.0, np.abs(x - 0.092864125) / 0.24136077) - 1) / 87.099375
    return 0.9 * np.sign(x - 0.092864125) * rise


def _canon_log3(x: Values) -> Values:
    """Canon, Canon Log Gamma Curves, version 1.2."""
    below = -(np.power(10.0, (0.12783901 - x) / 0.36726845) - 1) / 14.98325
    above = (np.power(10.0, (x - 0.12240537) / 0.36726845) - 1) / 14.98325
    return 0.9 * np.where(x < 0.097465473, below, np.where(x <= 0.15277891, (x - 0.12512219) / 1.9754798, above))


def _f_log(x: Values) -> Values:
    """Fujifilm, F-Log Data Sheet."""
    toe = (x - 0.092864) / 8.735631
    return np.where(x < 0.100537775223865, toe, (np.power(10.0, (x - 0.790453) / 0.344676) - 0.009468) / 0.555556)


def _f_log2(x: Values) -> Values:
    """Fujifilm, F-Log2 Data Sheet."""
    toe = (x - 0.092864) / 8.799461
    return np.where(x < 0.100686685370811, toe, (np.power(10.0, (x - 0.384316) / 0.245281) - 0.064829) / 5.555556)


def _n_log(x: Values) -> Values:
    """Nikon, N-Log Specification Document."""
    return np.where(x < 452 / 1023, (x * 1023 / 650) ** 3 - 0.0075, np.exp((x * 1023 - 619) / 150))


def _d_log(x: Values) -> Values:
    """DJI, White Paper on D-Log and D-Gamut."""
    return np.where(x <= 0.14, (x - 0.0929) / 6.025, (np.power(10.0, 3.89616 * x - 2.27752) - 0.0108) / 0.9892)


def _l_log(x: Values) -> Values:
    """Leica, L-Log Reference Manual."""
    return np.where(x <= 0.1380, (x - 0.09) / 8, (np.power(10.0, (x - 0.6) / 0.27) - 0.0115) / 1.3)


def _log3g10(x: Values) -> Values:
    """RED, White Paper on REDWideGamutRGB and Log3G10."""
    return np.where(x < 0, x / 15.1927, (np.power(10.0, x / 0.224282) - 1) / 155.975327) - 0.01


_CURVES: dict[str, Curve] = {
    "hdr(pq)": Curve(pq, BT2020, tagged=True, scene=False),
    "hdr(hlg)": Curve(hlg, BT2020, tagged=True, scene=False),
    "logarithmic(100:1)": Curve(_logarithmic(2.0), BT709, tagged=True),
    "logarithmic(316:1)": Curve(_logarithmic(2.5), BT709, tagged=True),
    "slog3": Curve(_s_log3, _S_GAMUT3_CINE, codes=True),
    "vlog": Curve(_v_log, _V_GAMUT, codes=True),
    "logc": Curve(_arri_log_c3, _ARRI_WIDE_3),
    "logc3": Curve(_arri_log_c3, _ARRI_WIDE_3),
    "logc4": Curve(_arri_log_c4, _ARRI_WIDE_4),
    "clog2": Curve(_canon_log2, _CINEMA_GAMUT, codes=True),
    "clog3": Curve(_canon_log3, _CINEMA_GAMUT, codes=True),
    "flog": Curve(_f_log, BT2020, codes=True),
    "flog2": Curve(_f_log2, BT2020, codes=True),
    "nlog": Curve(_n_log, BT2020, codes=True),
    "dlog": Curve(_d_log, _D_GAMUT, codes=True),
    "llog": Curve(_l_log, BT2020, codes=True),
    "log3g10": Curve(_log3g10, _RED_WIDE),
}
"""By the transfer's name in lower case, letters and digits only. S-Log3 without a gamut counts as S-Gamut3.Cine, the
one that Sony provides for grading."""


def to_bt709(primaries: _Primaries) -> Values:
    """The matrix (3, 3) from linear RGB of `primaries` to linear BT.709 RGB, both with white D65 (SMPTE RP 177)."""
    matrix: Values = np.linalg.inv(_to_xyz(BT709)) @ _to_xyz(primaries)
    return matrix


def luminance_weights(primaries: _Primaries) -> Values:
    """Contributions of linear red, green and blue of `primaries` to luminance, (3,); their sum is 1."""
    weights: Values = _to_xyz(primaries)[1]
    return weights


def _to_xyz(primaries: _Primaries) -> Values:
    columns = np.array([(x / y, 1.0, (1 - x - y) / y) for x, y in primaries]).T
    white = np.array([0.3127 / 0.3290, 1.0, (1 - 0.3127 - 0.3290) / 0.3290])
    return np.asarray(columns * np.linalg.solve(columns, white), dtype=np.float64)
