"""The two questions that WeChat is asked: for a token, and with it for a ticket.

    GET /cgi-bin/token?grant_type=client_credential&appid=…&secret=…
        {"access_token": "…", "expires_in": 7200}
    GET /cgi-bin/ticket/getticket?type=jsapi&access_token=…
        {"errcode": 0, "errmsg": "ok", "ticket": "…", "expires_in": 7200}

Documentation: developers.weixin.qq.com, 公众号 → 获取 access_token, JS-SDK → 附录1. A refusal comes
under status 200 as ``{"errcode": …, "errmsg": …}``. ``errmsg`` may echo what was sent and tells
outsiders our address: no error here holds it, nor a secret, a token or the URL.

The way out is the geocoders' guarded one: one host, no redirect, a bounded body, one deadline for
the whole exchange. Headers of the answer are not looked at; time is our own clock's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from urllib.parse import urlencode, urlsplit

from geopy.adapters import AdapterHTTPError
from geopy.exc import GeocoderParseError, GeopyError

from services.errors import (
    ProviderBusy,
    ProviderNonsense,
    ProviderRefused,
    ProviderUnreachable,
)
from services.geocoding.transport import SafeAdapter, names_private_host
from services.limits import PROVIDER_TIMEOUT_S

PROVIDER: Final = "wechat"
LIFE_MAX_S: Final = 7_200
"""WeChat documents "within 7,200 seconds"; more is not believed."""
LIFE_ABSURD_S: Final = 86_400
"""An ``expires_in`` beyond a day is no life of a token but a mistake."""
QUOTA_REST_S: Final = 600.0

_VALUE: Final = re.compile(r"[!-~]{1,2048}")
_TOKEN_DEAD: Final = (40001, 40014, 42001)
_BUSY: Final = (-1, 45009, 45011)
_REFUSALS: Final[Mapping[int, str]] = {
    40001: "不接受这个 AppSecret。请检查 LOCATOR_WECHAT_APP_SECRET",
    40013: "不认识这个 AppID。请检查 LOCATOR_WECHAT_APP_ID",
    40125: "不接受这个 AppSecret。请检查 LOCATOR_WECHAT_APP_SECRET",
    40164: "不接受这台服务器的出口 IP。请在公众号后台把它加进 IP 白名单",
    89503: "要公众号管理员先确认这台服务器的出口 IP",
}


class TokenDead(ProviderRefused):
    """WeChat does not accept the token (any more): a new one may help."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What WeChat gave out, and for how many seconds from when we asked."""

    value: str = field(repr=False)
    life_s: int


class WechatClient:
    """Asks for tokens and tickets of one account. Keeps nothing; safe to share between threads."""

    def __init__(
        self, app_id: str, app_secret: str, base_url: str, *, timeout_s: float = PROVIDER_TIMEOUT_S
    ) -> None:
        host = urlsplit(base_url).hostname or ""
        self._app_id = app_id
        self._app_secret = app_secret
        self._base_url = base_url
        self._timeout_s = timeout_s
        self._adapter = SafeAdapter(host=host, trusts_private=names_private_host(host))

    def token(self) -> Issued:
        """A new access token, which kills the one before it. Raises ``ProviderError``."""
        answer = self._ask(
            "/cgi-bin/token",
            grant_type="client_credential",
            appid=self._app_id,
            secret=self._app_secret,
        )
        return _issued(answer, "access_token")

    def ticket(self, token: str) -> Issued:
        """A ticket for signatures. Raises ``TokenDead`` or another ``ProviderError``."""
        answer = self._ask("/cgi-bin/ticket/getticket", token, type="jsapi", access_token=token)
        return _issued(answer, "ticket")

    def _ask(self, path: str, token: str = "", **query: str) -> Mapping[str, Any]:
        url = f"{self._base_url}{path}?{urlencode(query)}"
        try:
            answer = self._adapter.get_json(url, timeout=self._timeout_s, headers={})
        except (GeopyError, OSError) as problem:
            _translate(problem)
        if not isinstance(answer, dict):
            raise _nonsense()
        code = answer.get("errcode", 0)
        if isinstance(code, bool) or not isinstance(code, int):
            raise _nonsense()
        if code:
            _refused(code, with_token=bool(token))
        return answer


def _issued(answer: Mapping[str, Any], name: str) -> Issued:
    value, life_s = answer.get(name), answer.get("expires_in")
    if not isinstance(value, str) or not _VALUE.fullmatch(value):
        raise _nonsense()
    if isinstance(life_s, bool) or not isinstance(life_s, int) or not 0 < life_s <= LIFE_ABSURD_S:
        raise _nonsense()
    return Issued(value, min(life_s, LIFE_MAX_S))


def _refused(code: int, *, with_token: bool) -> NoReturn:
    if with_token and code in _TOKEN_DEAD:
        raise TokenDead(f"微信不再接受访问令牌(错误码 {code})。", provider=PROVIDER)
    if code in _BUSY:
        rest_s = None if code == -1 else QUOTA_REST_S
        raise ProviderBusy(
            f"微信说太忙或者调用次数用完了(错误码 {code})。稍后会自动再试。",
            provider=PROVIDER,
            retry_after_s=rest_s,
        )
    said = _REFUSALS.get(code, "拒绝了请求")
    raise ProviderRefused(f"微信{said}(错误码 {code})。", provider=PROVIDER)


def _translate(problem: Exception) -> NoReturn:
    # `from None`: the errors below hold the address asked for, and with it the secret.
    if isinstance(problem, AdapterHTTPError):
        if problem.status_code in (401, 403):
            raise ProviderRefused(
                f"微信拒绝了请求(HTTP {problem.status_code})。", provider=PROVIDER
            ) from None
        if problem.status_code == 429:
            raise ProviderBusy("微信要求放慢速度。稍后会自动再试。", provider=PROVIDER) from None
    elif isinstance(problem, GeocoderParseError):
        raise _nonsense() from None
    raise ProviderUnreachable(
        "微信暂时没有给出回答(超时、连不上或服务故障)。稍后会自动再试。", provider=PROVIDER
    ) from None


def _nonsense() -> ProviderNonsense:
    return ProviderNonsense("微信的回答不符合它的文档,没有采用。", provider=PROVIDER)
