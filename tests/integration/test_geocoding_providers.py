"""The providers against a real server that speaks their JSON and misbehaves.

Expected points come from the stub, which knows them in WGS-84 and gives them out in each
provider's datum by geocoordinates-rs.
"""

import json
import logging
import socket
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from geopy import exc
from geopy.geocoders.base import Geocoder

from services.errors import (
    ProviderBusy,
    ProviderError,
    ProviderNonsense,
    ProviderRefused,
    ProviderUnreachable,
)
from services.geo.point import Point
from services.geocoding.gazetteer import Gazetteer
from services.geocoding.providers import GeopyProvider, providers_from
from services.geocoding.session import Geocoding
from services.geocoding.transport import SafeAdapter, names_private_host
from services.places import LocationState, Precision
from services.region import DEFAULT_REGION, Region, load_region
from services.settings import Settings, load_settings
from tests.integration.provider_stub import MISBEHAVIOURS, ProviderStub, answer, place, true_point
from tests.unit.geocoding.memory import MemoryCache, MemoryLedger

ADDRESS = "盐城市亭湖区建军中路1号"
SECRET = "SECRETKEY0123456789"
NAMES = ("tianditu", "amap", "baidu", "nominatim")
KEYED = ("tianditu", "amap", "baidu")
SHORT_S = 0.3


def settings_for(url: str, names: tuple[str, ...] = NAMES) -> Settings:
    environ: dict[str, str] = {}
    for name in names:
        environ[f"LOCATOR_{name.upper()}_URL"] = url
        if name in KEYED:
            environ[f"LOCATOR_{name.upper()}_KEY"] = SECRET
    return load_settings(environ)


def provider(url: str, name: str, timeout_s: float = SHORT_S) -> GeopyProvider:
    found = {each.name: each for each in providers_from(settings_for(url), timeout_s=timeout_s)}
    return found[name]


class StandingClock:
    """It is always the same moment, and sleeping takes no time."""

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0


@pytest.fixture(scope="module")
def region() -> Region:
    return load_region(DEFAULT_REGION)


@pytest.fixture(scope="module")
def server() -> Iterator[ProviderStub]:
    with ProviderStub() as running:
        yield running


@pytest.fixture
def stub(server: ProviderStub) -> ProviderStub:
    server.forget()
    return server


@pytest.mark.parametrize("name", NAMES)
def test_a_good_answer_is_a_door_in_wgs84(stub: ProviderStub, name: str) -> None:
    match = provider(stub.url, name).ask(ADDRESS)
    assert match is not None
    assert (match.precision, match.provider) == (Precision.DOOR, name)
    lat, lon = true_point(ADDRESS)
    # 0.00001° is about 1 m: the datum is right; a missed one is 490 m or 1,160 m off.
    assert (match.point.lat, match.point.lon) == pytest.approx((lat, lon), abs=1e-5)
    assert stub.asked == [(name, ADDRESS)]


@pytest.mark.parametrize("name", NAMES)
def test_our_geocoders_are_geopy_s_and_raise_geopy_s_errors(stub: ProviderStub, name: str) -> None:
    geocoder = provider(stub.url, name).geocoder
    assert isinstance(geocoder, Geocoder)
    assert [each.raw for each in geocoder.geocode(ADDRESS, exactly_one=False)]
    for how, error in (
        ("unauthorised", exc.GeocoderAuthenticationFailure),
        ("forbidden", exc.GeocoderInsufficientPrivileges),
        ("rate_limited", exc.GeocoderRateLimited),
        ("silence", exc.GeocoderTimedOut),
        ("reset", exc.GeocoderUnavailable),
        ("html", exc.GeocoderParseError),
        ("server_error", exc.GeocoderServiceError),
    ):
        stub.misbehave(how)
        with pytest.raises(error):
            geocoder.geocode(ADDRESS)
    if name in KEYED:
        for how, error in (
            ("wrong_key", exc.GeocoderAuthenticationFailure),
            ("quota_spent", exc.GeocoderQuotaExceeded),
        ):
            stub.misbehave(how)
            with pytest.raises(error):
                geocoder.geocode(ADDRESS)


FAILURES: dict[str, tuple[type[ProviderError], float | None]] = {
    "unauthorised": (ProviderRefused, None),
    "forbidden": (ProviderRefused, None),
    "wrong_key": (ProviderRefused, None),
    "rate_limited": (ProviderBusy, 7.0),
    "rate_limited_long": (ProviderBusy, 7200.0),
    "quota_spent": (ProviderBusy, 3600.0),
    "server_error": (ProviderUnreachable, None),
    "bad_gateway": (ProviderUnreachable, None),
    "silence": (ProviderUnreachable, None),
    "drip": (ProviderUnreachable, None),
    "drip_headers": (ProviderUnreachable, None),
    "cut": (ProviderUnreachable, None),
    "reset": (ProviderUnreachable, None),
    "garbage": (ProviderNonsense, None),
    "cut_json": (ProviderNonsense, None),
    "other_json": (ProviderNonsense, None),
    "scalar_json": (ProviderNonsense, None),
    "nested": (ProviderNonsense, None),
    "html": (ProviderNonsense, None),
    "redirect": (ProviderNonsense, None),
    "oversize": (ProviderNonsense, None),
    "swapped": (ProviderNonsense, None),
    "nan": (ProviderNonsense, None),
    "huge": (ProviderNonsense, None),
    "out_of_range": (ProviderNonsense, None),
    "words": (ProviderNonsense, None),
    "null_location": (ProviderNonsense, None),
}
ANSWERS = {
    "good": LocationState.LOCATED,
    "strings": LocationState.LOCATED,  # "33.4" is what Nominatim and AMap send anyway
    "odd_text": LocationState.LOCATED,
    "empty": LocationState.LOCATED,  # by the gazetteer, and as coarse as that
    "wrong_city": LocationState.AMBIGUOUS,
    "wrong_district": LocationState.AMBIGUOUS,
    "zero": LocationState.AMBIGUOUS,
}
WITHOUT_KEY = {"wrong_key", "quota_spent"}  # what a server of one's own does not say


def test_every_misbehaviour_of_the_stub_is_expected_here() -> None:
    assert {*FAILURES, *ANSWERS} == set(MISBEHAVIOURS)


@pytest.mark.parametrize(
    ("name", "how"),
    [(name, how) for name in NAMES for how in FAILURES if name in KEYED or how not in WITHOUT_KEY],
)
def test_a_failure_has_its_class_and_holds_no_key(
    stub: ProviderStub, caplog: pytest.LogCaptureFixture, name: str, how: str
) -> None:
    stub.misbehave(how)
    kind, retry_after_s = FAILURES[how]
    with caplog.at_level(logging.DEBUG), pytest.raises(ProviderError) as caught:
        provider(stub.url, name).ask(ADDRESS)
    problem = caught.value
    assert (type(problem), problem.provider) == (kind, name)
    assert problem.retry_after_s == retry_after_s
    told = [problem.message, repr(problem), repr(problem.__cause__), caplog.text]
    assert not any(SECRET in text for text in told)
    assert stub.strays == []  # nobody followed the redirect


@pytest.mark.parametrize("how", FAILURES)
def test_a_failure_leaves_the_place_as_it_is_and_stores_nothing(
    stub: ProviderStub, region: Region, how: str
) -> None:
    geocoding, cache = run(stub, region, "amap")
    stub.misbehave(how)
    verdict = geocoding.locate(ADDRESS, "", "320902")
    assert (verdict.state, verdict.match) == (LocationState.PENDING, None)
    assert verdict.reason.startswith("高德")
    assert verdict.retry_after_s is not None
    assert len(cache) == 0


@pytest.mark.parametrize(("how", "state"), ANSWERS.items())
@pytest.mark.parametrize("name", NAMES)
def test_an_answer_has_its_verdict(
    stub: ProviderStub, region: Region, name: str, how: str, state: LocationState
) -> None:
    geocoding, cache = run(stub, region, name)
    stub.misbehave(how)
    verdict = geocoding.locate(ADDRESS, "", "320902")
    assert verdict.state is state
    assert len(cache) == 1
    if how == "empty":
        assert verdict.match is not None
        assert (verdict.match.provider, verdict.match.precision) == (
            "gazetteer",
            Precision.DISTRICT,
        )
    if state is LocationState.AMBIGUOUS:
        assert "亭湖区" in verdict.reason
    if verdict.match is not None:
        json.dumps(verdict.match.to_json(), ensure_ascii=False).encode()  # no lone surrogates
        assert verdict.match.matched_text.isprintable()


def run(stub: ProviderStub, region: Region, *names: str) -> tuple[Geocoding, MemoryCache]:
    cache = MemoryCache()
    providers = providers_from(settings_for(stub.url, names), timeout_s=SHORT_S)
    geocoding = Geocoding(
        providers,
        Gazetteer(region),
        cache,
        MemoryLedger(),
        region,
        rate_per_s=1000.0,
        daily_limit=1000,
        clock=StandingClock(),
    )
    return geocoding, cache


def test_a_run_goes_on_after_a_failure_in_the_middle(stub: ProviderStub, region: Region) -> None:
    geocoding, cache = run(stub, region, "amap")
    states = []
    for number in range(5):
        if number == 2:
            stub.misbehave("html", times=1)
        address = f"大丰区健康路{number}号"
        verdict = geocoding.locate(address, "", "")
        states.append(verdict.state.value)
        if verdict.match:
            lat, lon = true_point(f"盐城市{address}")
            assert verdict.match.point == Point(lat, lon)
    assert states == ["located", "located", "pending", "located", "located"]
    assert len(cache) == 4


def test_the_second_provider_steps_in_where_the_first_is_astray(
    stub: ProviderStub, region: Region
) -> None:
    geocoding, _cache = run(stub, region, "tianditu", "amap")
    stub.misbehave("wrong_city", times=1)
    verdict = geocoding.locate(ADDRESS, "", "")
    assert (verdict.state, verdict.match and verdict.match.provider) == (
        LocationState.LOCATED,
        "amap",
    )
    assert [name for name, _query in stub.asked] == ["tianditu", "amap"]


def test_nobody_listening_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ProviderUnreachable):
        provider(f"http://127.0.0.1:{port}", "amap").ask(ADDRESS)


def test_a_server_that_speaks_no_tls_is_unreachable(stub: ProviderStub) -> None:
    with pytest.raises(ProviderUnreachable):
        provider(stub.url.replace("http:", "https:"), "amap").ask(ADDRESS)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "http://169.254.169.254/x"])
def test_a_public_name_that_leads_to_a_private_address_is_not_visited(
    stub: ProviderStub, url: str
) -> None:
    host = urllib.parse.urlsplit(url).hostname or ""
    adapter = SafeAdapter(host=host, trusts_private=False)
    with pytest.raises(exc.GeocoderUnavailable, match="private"):
        adapter.get_text(url, timeout=SHORT_S, headers={})
    local = SafeAdapter(host="localhost", trusts_private=False)
    with pytest.raises(exc.GeocoderUnavailable, match="private"):
        local.get_text(stub.url.replace("127.0.0.1", "localhost"), timeout=SHORT_S, headers={})
    assert (stub.asked, stub.strays) == ([], [])


def test_another_host_than_the_configured_one_is_not_visited(stub: ProviderStub) -> None:
    adapter = SafeAdapter(host="api.map.baidu.com", trusts_private=True)
    with pytest.raises(exc.GeocoderUnavailable, match="another host"):
        adapter.get_text(f"{stub.url}/search?q=x", timeout=SHORT_S, headers={})
    assert stub.asked == []


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("10.1.2.3", True),
        ("8.8.8.8", False),
        ("restapi.amap.com", False),
    ],
)
def test_only_a_host_that_is_written_as_private_is_trusted_to_be(host: str, private: bool) -> None:
    assert names_private_host(host) is private


def test_without_keys_there_is_no_provider_and_with_all_tianditu_is_first() -> None:
    assert providers_from(load_settings({})) == []
    assert tuple(each.name for each in providers_from(settings_for("http://127.0.0.1:1"))) == NAMES


def test_amap_s_doubt_about_several_places_is_kept(stub: ProviderStub) -> None:
    body = answer("amap", ADDRESS, true_point(ADDRESS))
    body["geocodes"] *= 2
    amap = provider(stub.url, "amap")
    location = amap.geocoder._parse_json(body, exactly_one=True)
    assert amap.read(location.raw).confidence == pytest.approx(0.45)


@pytest.mark.parametrize("name", NAMES)
def test_a_city_s_middle_is_no_match(stub: ProviderStub, name: str) -> None:
    level = {"amap": "市", "baidu": "城市", "tianditu": "市", "nominatim": 8}[name]
    asked = provider(stub.url, name)
    page = place(name, ADDRESS, 33.38, 120.13, level=level)
    assert asked.read(asked.geocoder._parse_json(page, exactly_one=True).raw).precision is None


@pytest.mark.parametrize(
    ("infocode", "error"),
    [
        ("10001", exc.GeocoderAuthenticationFailure),
        ("10003", exc.GeocoderQuotaExceeded),
        ("10044", exc.GeocoderQuotaExceeded),
        ("10004", exc.GeocoderRateLimited),
        ("10021", exc.GeocoderRateLimited),
        ("10016", exc.GeocoderUnavailable),
        ("20000", exc.GeocoderQueryError),
        ("99999", exc.GeocoderServiceError),
    ],
)
def test_infocodes_of_amap_become_geopy_s_errors(infocode: str, error: type[Exception]) -> None:
    amap = provider("http://127.0.0.1:1", "amap").geocoder
    page = {"status": "0", "info": SECRET, "infocode": infocode}
    with pytest.raises(error) as caught:
        amap._parse_json(page, exactly_one=True)
    assert type(caught.value) is error
    assert SECRET not in str(caught.value)


def test_the_stub_runs_by_itself_and_logs_each_query(tmp_path: Path) -> None:
    log = tmp_path / "asked.txt"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.integration.provider_stub", "--port", str(port)]
    with subprocess.Popen(
        [*command, "--log", str(log)], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == f"listening on http://127.0.0.1:{port}\n"
            for name in NAMES:
                assert provider(f"http://127.0.0.1:{port}", name, 5.0).ask(ADDRESS) is not None
        finally:
            process.terminate()
    lines = log.read_text(encoding="utf-8").splitlines()
    assert lines == [f"{name}\t{ADDRESS}" for name in NAMES]
