"""The providers as the rest of the product sees them: a question in, a ``Match`` or an error out.

This is the border. On the other side there are geopy's geocoders, their errors, their datums and
whatever a server may send; on this side WGS-84 and the ``ProviderError`` tree only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn, Protocol
from urllib.parse import urlsplit

from geopy import exc
from geopy.geocoders.base import Geocoder

from services.errors import (
    InvalidInput,
    ProviderBusy,
    ProviderError,
    ProviderNonsense,
    ProviderRefused,
    ProviderUnreachable,
)
from services.geo.datum import Datum, convert
from services.geo.point import Point
from services.geocoding.amap import AMap
from services.geocoding.baidu import Baidu
from services.geocoding.match import PROVIDER_NAMES, TRUST, Match, precision_of, precision_of_rank
from services.geocoding.nominatim import Nominatim
from services.geocoding.reading import share, text
from services.geocoding.tianditu import Tianditu
from services.geocoding.transport import SafeAdapter, names_private_host
from services.limits import COORDINATE_DECIMALS, PROVIDER_TIMEOUT_S
from services.places import Precision
from services.settings import Settings

QUOTA_RETRY_S: Final = 3600.0
"""When to try again a provider that says the day's quota is spent."""
_RETRY_AFTER_MAX_S: Final = 86_400.0
_USER_AGENT: Final = "worker-services-locator"


class Provider(Protocol):
    """Somebody who may know where an address is."""

    @property
    def name(self) -> str:
        """Its stable name: the key of caches, quotas and ``--provider``."""

    def ask(self, query: str) -> Match | None:
        """Its best match, None when it knows none. Raises ``ProviderError``."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a provider says of its match, in our words. ``precision`` None: it is none."""

    precision: Precision | None
    confidence: float
    matched_text: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class GeopyProvider:
    """A geopy geocoder with its declared ``datum`` and the way to read its raw answer."""

    name: str
    geocoder: Geocoder
    datum: Datum
    read: Callable[[Mapping[str, Any]], Reading]

    def ask(self, query: str) -> Match | None:
        """The provider's best match in WGS-84, None when it knows none.

        Raises ``ProviderError``; neither it nor anything chained to it holds a key.
        """
        try:
            location = self.geocoder.geocode(query)
            return None if location is None else self._match(location)
        except Exception as problem:
            # Whatever a server sends must not stop the run: besides GeopyError, garbage has
            # surfaced as AttributeError and TypeError.
            self._translate(problem)

    def _match(self, location: Any) -> Match | None:
        reading = self.read(location.raw)
        if reading.precision is None:
            return None
        lat, lon = convert(
            float(location.latitude), float(location.longitude), self.datum, Datum.WGS84
        )
        return Match(
            point=Point(float(lat), float(lon)).rounded(COORDINATE_DECIMALS),
            precision=reading.precision,
            confidence=reading.confidence,
            provider=self.name,
            matched_text=reading.matched_text[:200],
            district=reading.district,
        )

    def _translate(self, problem: Exception) -> NoReturn:
        title = PROVIDER_NAMES.get(self.name, self.name)
        for kinds, ours, sentence in _TRANSLATIONS:
            if isinstance(problem, kinds):
                raise ours(
                    f"{title}{sentence}", provider=self.name, retry_after_s=_retry_after(problem)
                ) from None
        raise problem


_TRANSLATIONS: Final[tuple[tuple[tuple[type[Exception], ...], type[ProviderError], str], ...]] = (
    (
        (exc.GeocoderRateLimited,),
        ProviderBusy,
        "要求放慢速度。稍后会自动再试。",
    ),
    (
        (exc.GeocoderQuotaExceeded,),
        ProviderBusy,
        "的查询额度已经用完。一小时后会自动再试,或请提高额度。",
    ),
    (
        (
            exc.GeocoderAuthenticationFailure,
            exc.GeocoderInsufficientPrivileges,
            exc.ConfigurationError,
        ),
        ProviderRefused,
        "不接受我们的密钥。请检查这家服务的密钥设置。",
    ),
    (
        (exc.GeocoderParseError, exc.GeocoderQueryError),
        ProviderNonsense,
        "的回答不符合它的文档,没有采用。",
    ),
    (
        (exc.GeocoderServiceError, OSError),
        ProviderUnreachable,
        "暂时没有给出回答(超时、连不上或服务故障)。稍后会自动再试。",
    ),
    (
        (
            exc.GeopyError,
            InvalidInput,
            AttributeError,
            TypeError,
            LookupError,
            ValueError,
            ArithmeticError,
            RecursionError,
        ),
        ProviderNonsense,
        "的回答不符合它的文档,没有采用。",
    ),
)


def _retry_after(problem: Exception) -> float | None:
    if isinstance(problem, exc.GeocoderRateLimited):
        said = problem.retry_after
        return None if said is None else min(max(float(said), 0.0), _RETRY_AFTER_MAX_S)
    return QUOTA_RETRY_S if isinstance(problem, exc.GeocoderQuotaExceeded) else None


def _read_amap(raw: Mapping[str, Any]) -> Reading:
    precision = precision_of("amap", text(raw.get("level")))
    several = raw["candidates"] > 1
    adcode = text(raw.get("adcode"))
    return Reading(
        precision,
        TRUST.get(precision, 0.0) * (0.5 if several else 1.0),
        text(raw.get("formatted_address")),
        adcode if re.fullmatch("[0-9]{6}", adcode) else "",
    )


def _read_tianditu(raw: Mapping[str, Any]) -> Reading:
    precision = precision_of("tianditu", text(raw.get("level")))
    score = share(raw.get("score"))
    trust = TRUST.get(precision, 0.0)
    return Reading(
        precision, trust if score is None else min(trust, score), text(raw.get("keyWord"))
    )


def _read_baidu(raw: Mapping[str, Any]) -> Reading:
    level = text(raw.get("level"))
    precision = precision_of("baidu", level)
    # `comprehension` is how well the address was understood; Baidu says to judge by it.
    understood = share(raw.get("comprehension"))
    trust = TRUST.get(precision, 0.0)
    return Reading(precision, trust if understood is None else min(trust, understood), level)


def _read_nominatim(raw: Mapping[str, Any]) -> Reading:
    precision = precision_of_rank(int(raw["place_rank"]))
    return Reading(precision, TRUST.get(precision, 0.0), text(raw.get("display_name")))


def providers_from(
    settings: Settings, *, timeout_s: float = PROVIDER_TIMEOUT_S
) -> list[GeopyProvider]:
    """The providers whose keys are set, in the order in which they are asked.

    Tianditu first: it is the public service, and the only one of the three whose datum needs no
    conversion. ``timeout_s`` is for the whole exchange.
    """

    def options(base_url: str, trusts_private: bool | None = None) -> dict[str, Any]:
        host = urlsplit(base_url).hostname or ""
        trusts = names_private_host(host) if trusts_private is None else trusts_private
        return {
            "timeout": timeout_s,
            "user_agent": _USER_AGENT,
            "adapter_factory": lambda **_: SafeAdapter(host=host, trusts_private=trusts),
        }

    found: list[GeopyProvider] = []
    if settings.tianditu_key:
        url = settings.tianditu_url
        tianditu = Tianditu(settings.tianditu_key, base_url=url, **options(url))
        found.append(GeopyProvider("tianditu", tianditu, Datum.WGS84, _read_tianditu))
    if settings.amap_key:
        url = settings.amap_url
        amap = AMap(settings.amap_key, base_url=url, **options(url))
        found.append(GeopyProvider("amap", amap, Datum.GCJ02, _read_amap))
    if settings.baidu_key:
        url = settings.baidu_url
        baidu = Baidu(settings.baidu_key, base_url=url, **options(url))
        found.append(GeopyProvider("baidu", baidu, Datum.BD09, _read_baidu))
    if settings.nominatim_url:
        # One's own server stands in one's own network more often than not.
        url = settings.nominatim_url
        nominatim = Nominatim(base_url=url, **options(url, trusts_private=True))
        found.append(GeopyProvider("nominatim", nominatim, Datum.WGS84, _read_nominatim))
    return found
