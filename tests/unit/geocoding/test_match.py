import json

import pytest

from services.geo.point import Point
from services.geocoding.match import (
    Match,
    judge,
    precision_of,
    precision_of_rank,
)
from services.places import LocationState, Precision
from services.region import Region

LOCATED, AMBIGUOUS, FAILED = LocationState.LOCATED, LocationState.AMBIGUOUS, LocationState.FAILED


def match(
    lat: float,
    lon: float,
    *,
    precision: Precision = Precision.DOOR,
    confidence: float = 0.8,
    provider: str = "amap",
) -> Match:
    return Match(
        point=Point(lat, lon), precision=precision, confidence=confidence, provider=provider
    )


def test_a_match_survives_json() -> None:
    original = Match(
        point=Point(33.1, 120.1),
        precision=Precision.STREET,
        confidence=0.7,
        provider="baidu",
        matched_text="道路",
        district="320001",
    )
    assert Match.from_json(json.loads(json.dumps(original.to_json()))) == original


def test_no_match_at_all_has_failed(region: Region) -> None:
    verdict = judge([], named_district="", region=region)
    assert (verdict.state, verdict.match) == (FAILED, None)


def test_a_single_fine_match_in_the_named_district_is_located(region: Region) -> None:
    only = match(33.1, 120.1)
    verdict = judge([only], named_district="320001", region=region)
    assert (verdict.state, verdict.match, verdict.reason) == (LOCATED, only, "")


def test_a_match_in_another_district_than_the_named_one_is_ambiguous(region: Region) -> None:
    verdict = judge([match(33.1, 120.3)], named_district="320001", region=region)
    assert (verdict.state, verdict.match) == (AMBIGUOUS, None)
    assert "地址写的是西山区" in verdict.reason
    assert "东台市" in verdict.reason
    assert len(verdict.candidates) == 1


@pytest.mark.parametrize(("east_of_border_m", "state"), [(250, LOCATED), (350, AMBIGUOUS)])
def test_a_generalised_border_is_given_300_metres(
    region: Region, east_of_border_m: float, state: LocationState
) -> None:
    # A degree of longitude at 33.1° N is 93,350 m on WGS-84.
    at = match(33.1, 120.2 + east_of_border_m / 93_350)
    assert judge([at], named_district="320001", region=region).state is state


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(39.9, 116.4), (0.0, 0.0), (33.25, 120.1)],  # Peking, nowhere, the next city
)
def test_a_match_outside_the_region_is_ambiguous_even_if_no_district_is_named(
    region: Region, lat: float, lon: float
) -> None:
    verdict = judge([match(lat, lon)], named_district="", region=region)
    assert (verdict.state, verdict.match) == (AMBIGUOUS, None)
    assert "双城市之外" in verdict.reason


def test_two_providers_that_agree_raise_the_confidence(region: Region) -> None:
    # 0.001° of latitude is 111 m; 1 − (1 − 0.8)(1 − 0.7) = 0.94.
    verdict = judge(
        [match(33.1, 120.1), match(33.101, 120.1, confidence=0.7, provider="baidu")],
        named_district="320001",
        region=region,
    )
    assert verdict.state is LOCATED
    assert verdict.match is not None
    assert verdict.match.confidence == pytest.approx(0.94)
    assert verdict.match.point == Point(33.1, 120.1)


def test_one_provider_twice_does_not_confirm_itself(region: Region) -> None:
    verdict = judge([match(33.1, 120.1)] * 2, named_district="", region=region)
    assert verdict.match is not None
    assert verdict.match.confidence == pytest.approx(0.8)


def test_two_providers_that_disagree_are_ambiguous(region: Region) -> None:
    # 0.02° of latitude is 2.2 km.
    verdict = judge(
        [match(33.1, 120.1), match(33.12, 120.1, provider="tianditu")],
        named_district="320001",
        region=region,
    )
    assert (verdict.state, verdict.match) == (AMBIGUOUS, None)
    assert "高德与天地图的结果相差 2.2 千米" in verdict.reason


def test_a_match_that_contradicts_the_address_is_no_evidence_against_one_that_does_not(
    region: Region,
) -> None:
    good = match(33.1, 120.1, provider="baidu")
    verdict = judge([match(39.9, 116.4), good], named_district="320001", region=region)
    assert (verdict.state, verdict.match) == (LOCATED, good)


def test_a_coarse_match_beside_a_fine_one_is_no_disagreement(region: Region) -> None:
    coarse = match(33.19, 120.01, precision=Precision.TOWNSHIP, provider="gazetteer")
    fine = match(33.1, 120.1)
    verdict = judge([coarse, fine], named_district="320001", region=region)
    assert (verdict.state, verdict.match) == (LOCATED, fine)


def test_a_fine_match_that_contradicts_the_address_is_not_replaced_by_a_coarse_one(
    region: Region,
) -> None:
    coarse = match(33.1, 120.1, precision=Precision.DISTRICT, provider="gazetteer")
    verdict = judge([coarse, match(39.9, 116.4)], named_district="320001", region=region)
    assert (verdict.state, verdict.match) == (AMBIGUOUS, None)


def test_a_coarse_match_alone_is_located_and_says_how_coarse(region: Region) -> None:
    coarse = match(33.1, 120.1, precision=Precision.TOWNSHIP, confidence=0.4)
    verdict = judge([coarse], named_district="320001", region=region)
    assert (verdict.state, verdict.match) == (LOCATED, coarse)
    assert "乡镇" in verdict.reason


def test_a_fine_match_that_is_not_believed_is_shown_to_a_person(region: Region) -> None:
    verdict = judge([match(33.1, 120.1, confidence=0.45)], named_district="", region=region)
    assert (verdict.state, verdict.match) == (AMBIGUOUS, None)


@pytest.mark.parametrize(
    ("provider", "level", "precision"),
    [
        ("amap", "门牌号", Precision.DOOR),
        ("amap", "道路交叉路口", Precision.STREET),
        ("amap", "村庄", Precision.VILLAGE),
        ("amap", "区县", Precision.DISTRICT),
        ("amap", "市", None),
        ("amap", "", None),
        ("baidu", "门址", Precision.DOOR),
        ("baidu", "道路", Precision.STREET),
        ("baidu", "城市", None),
        ("tianditu", "门址", Precision.DOOR),
        ("tianditu", "某种新级别", Precision.TOWNSHIP),
        ("tianditu", "市", None),
    ],
)
def test_levels_of_providers_are_translated(
    provider: str, level: str, precision: Precision | None
) -> None:
    assert precision_of(provider, level) is precision


@pytest.mark.parametrize(
    ("rank", "precision"),
    [
        (30, Precision.DOOR),
        (26, Precision.STREET),
        (20, Precision.VILLAGE),
        (16, Precision.TOWNSHIP),
        (12, Precision.DISTRICT),
        (8, None),
    ],
)
def test_ranks_of_nominatim_are_translated(rank: int, precision: Precision | None) -> None:
    assert precision_of_rank(rank) is precision
