"""Known answers come from geocoordinates-rs, an independent implementation of the same formulas."""

from __future__ import annotations

import itertools

import geocoordinates_ffi as oracle
import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import assume, example, given
from hypothesis import strategies as st

from services.geo.datum import CHINA, Datum, convert

YANCHENG = (33.3477, 120.1633)
PARIS = (48.8566, 2.3522)
SOUTH, WEST, NORTH, EAST = CHINA
A_MILLIMETRE = 1e-3

latitudes_of_china = st.floats(SOUTH, NORTH)
longitudes_of_china = st.floats(WEST, EAST)
pairs_of_datums = list(itertools.permutations(Datum, 2))


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    return Geodesic.WGS84.Inverse(*a, *b)["s12"]


@pytest.mark.parametrize(
    ("target", "offset_m"), [(Datum.GCJ02, 490), (Datum.BD09, 1160)], ids=["gcj02", "bd09"]
)
def test_the_offsets_at_yancheng_are_the_known_ones(target: Datum, offset_m: float) -> None:
    shifted = convert(*YANCHENG, Datum.WGS84, target)
    assert metres_between(YANCHENG, shifted) == pytest.approx(offset_m, rel=0.02)


def test_gcj02_at_yancheng_lies_to_the_south_east() -> None:
    lat, lon = convert(*YANCHENG, Datum.WGS84, Datum.GCJ02)
    assert lat < YANCHENG[0]
    assert lon > YANCHENG[1]


@given(latitudes_of_china, longitudes_of_china)
def test_the_way_out_agrees_with_an_independent_library(lat: float, lon: float) -> None:
    there = oracle.Wgs84(lat=lat, lon=lon)
    gcj, bd = oracle.wgs84_to_gcj02(there), oracle.wgs84_to_bd09(there)
    ours_gcj = convert(lat, lon, Datum.WGS84, Datum.GCJ02)
    ours_bd = convert(lat, lon, Datum.WGS84, Datum.BD09)
    assert metres_between(ours_gcj, (gcj.lat, gcj.lon)) < A_MILLIMETRE
    assert metres_between(ours_bd, (bd.lat, bd.lon)) < A_MILLIMETRE


@given(st.floats(18, 53), st.floats(74, 134))
def test_the_way_back_agrees_with_an_independent_library(lat: float, lon: float) -> None:
    theirs = oracle.gcj02_to_wgs84_refined(oracle.Gcj02(lat=lat, lon=lon))
    ours = convert(lat, lon, Datum.GCJ02, Datum.WGS84)
    assert metres_between(ours, (theirs.lat, theirs.lon)) < theirs.max_error_m + A_MILLIMETRE


@given(latitudes_of_china, longitudes_of_china, st.sampled_from(pairs_of_datums))
@example(SOUTH, 105.0, (Datum.GCJ02, Datum.WGS84))
@example(SOUTH, 105.0, (Datum.BD09, Datum.WGS84))
@example(40.0, EAST, (Datum.BD09, Datum.GCJ02))
def test_there_and_back_is_within_a_millimetre(
    lat: float, lon: float, datums: tuple[Datum, Datum]
) -> None:
    # Begin from WGS-84: not every pair of numbers at the rectangle's edge is the image of a point.
    source, target = datums
    start = convert(lat, lon, Datum.WGS84, source)
    back = convert(*convert(*start, source, target), target, source)
    assert metres_between(start, back) < A_MILLIMETRE


@given(latitudes_of_china, longitudes_of_china)
def test_the_way_by_gcj02_and_the_direct_way_meet(lat: float, lon: float) -> None:
    gcj = convert(lat, lon, Datum.WGS84, Datum.GCJ02)
    by_gcj = convert(*gcj, Datum.GCJ02, Datum.BD09)
    assert metres_between(by_gcj, convert(lat, lon, Datum.WGS84, Datum.BD09)) < A_MILLIMETRE


@given(st.floats(-89.9, 89.9), st.floats(-179.9, 179.9))
def test_gcj02_is_the_identity_abroad(lat: float, lon: float) -> None:
    margin = 0.02  # more than the largest offset: an image from inside never gets this far
    assume(not (SOUTH - margin <= lat <= NORTH + margin and WEST - margin <= lon <= EAST + margin))
    assert convert(lat, lon, Datum.WGS84, Datum.GCJ02) == (lat, lon)
    assert convert(lat, lon, Datum.GCJ02, Datum.WGS84) == (lat, lon)


@pytest.mark.parametrize("corner", list(itertools.product((SOUTH, NORTH), (WEST, EAST))))
def test_the_corners_of_the_rectangle_belong_to_china(corner: tuple[float, float]) -> None:
    shifted = convert(*corner, Datum.WGS84, Datum.GCJ02)
    assert metres_between(corner, shifted) > 100
    assert metres_between(convert(*shifted, Datum.GCJ02, Datum.WGS84), corner) < A_MILLIMETRE


def test_bd09_abroad_is_baidus_step_alone() -> None:
    theirs = oracle.wgs84_to_bd09(oracle.Wgs84(lat=PARIS[0], lon=PARIS[1]))
    ours = convert(*PARIS, Datum.WGS84, Datum.BD09)
    assert metres_between(ours, (theirs.lat, theirs.lon)) < A_MILLIMETRE
    assert metres_between(convert(*ours, Datum.BD09, Datum.WGS84), PARIS) < A_MILLIMETRE


@pytest.mark.parametrize(("source", "target"), pairs_of_datums)
def test_arrays_give_what_floats_give(source: Datum, target: Datum) -> None:
    lats, lons = np.array([YANCHENG[0], PARIS[0]]), np.array([YANCHENG[1], PARIS[1]])
    out_lats, out_lons = convert(lats, lons, source, target)
    for i, place in enumerate((YANCHENG, PARIS)):
        one = convert(*place, source, target)
        assert all(type(value) is float for value in one)
        assert (out_lats[i], out_lons[i]) == pytest.approx(one, abs=1e-12)


def test_a_conversion_to_the_same_datum_returns_a_copy() -> None:
    lats, lons = np.array([33.0]), np.array([120.0])
    out_lats, _ = convert(lats, lons, Datum.GCJ02, Datum.GCJ02)
    out_lats[0] = 0.0
    assert lats[0] == 33.0


def test_poles_zero_and_nan_neither_raise_nor_warn() -> None:
    lats, lons = np.array([90.0, -90.0, 0.0, np.nan]), np.array([180.0, -180.0, 0.0, 120.0])
    with np.errstate(all="raise"):
        for source, target in pairs_of_datums:
            out_lats, out_lons = convert(lats, lons, source, target)
            assert np.isfinite(out_lats[:3]).all()
            assert np.isfinite(out_lons[:3]).all()
            assert np.isnan(out_lats[3])
