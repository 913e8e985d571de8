"""All settings, read once from the environment (prefix ``LOCATOR_``) into one frozen value.

A missing key switches its feature off, visibly; a malformed one stops the start with a sentence
that names it. The README holds the same table; ``tests/test_docs.py`` compares the two.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from services.errors import SettingsInvalid
from services.secret import SECRET_CHARACTERS_MIN

ROOT: Final = Path(__file__).resolve().parent.parent
DATA: Final = ROOT / "data"
INSTANCE: Final = ROOT / "instance"
DEFAULT_REGION: Final = DATA / "regions" / "yancheng"
PREFIX: Final = "LOCATOR_"


def _setting(
    default: Any, doc: str, read: Callable[[str], Any] = str, *, secret: bool = False
) -> Any:
    return field(
        default=default, metadata={"doc": doc, "read": read, "secret": secret}, repr=not secret
    )


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("应是 http:// 或 https:// 开头的网址")
    return text.rstrip("/")


def _database_url(text: str) -> str:
    if not re.match(r"^(sqlite|postgresql(\+psycopg)?):", text):
        raise ValueError("应以 sqlite:/// 或 postgresql+psycopg:// 开头")
    return re.sub(r"^postgresql:", "postgresql+psycopg:", text)


def _folder(text: str) -> Path:
    path = Path(text) if "/" in text else DATA / "regions" / text
    if not path.is_dir():
        raise ValueError("没有这个文件夹")
    return path.resolve()


def _folder_given(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise ValueError("没有这个文件夹")
    return path.resolve()


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise ValueError("没有这个文件")
    return path.resolve()


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise ValueError(f"应是 {low} 到 {high} 的整数")
        return int(text)

    return read


def _rate(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", text) or not 0 < float(text) <= 1000:
        raise ValueError("应是每秒请求数,大于 0、不超过 1000")
    return float(text)


def _ancestors(text: str) -> tuple[str, ...]:
    names = tuple(text.split())
    for name in names:
        if not re.fullmatch(r"'self'|\*|https?:|https?://[\w.*-]+(:\d+)?", name):
            raise ValueError("应是以空格隔开的来源,如 https://mp.weixin.qq.com,或 *")
    return names


def _wechat_app_id(text: str) -> str:
    if not re.fullmatch(r"wx[0-9A-Za-z]{1,40}", text):
        raise ValueError("应是公众号后台给的 AppID,以 wx 开头")
    return text


def _wechat_app_secret(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z]{8,128}", text):
        raise ValueError("应是公众号后台给的 AppSecret,只有字母和数字")
    return text


def _verify_files(text: str) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for pair in _names(text):
        name, _, content = (part.strip() for part in pair.partition("="))
        if not re.fullmatch(r"MP_verify_[A-Za-z0-9]{1,64}\.txt", name):
            raise ValueError("文件名应如 MP_verify_abc123.txt")
        if not re.fullmatch(r"[!-~]{1,256}", content):
            raise ValueError(f"{name} 后面应是 = 和文件的内容(一行字母或数字)")
        if found.setdefault(name, content) != content:
            raise ValueError(f"{name} 写了两次,内容不一样")
    return tuple(found.items())


def _switch(text: str) -> bool:
    words = {"on": True, "off": False}
    if text.lower() not in words:
        raise ValueError("应是 on 或 off")
    return words[text.lower()]


def _secret(text: str) -> str:
    if len(text) < SECRET_CHARACTERS_MIN:
        raise ValueError(f"太短,至少要 {SECRET_CHARACTERS_MIN} 个字符")
    return text


def _level(text: str) -> str:
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("应是 DEBUG、INFO、WARNING 或 ERROR")
    return text.upper()


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process."""

    database_url: str = _setting(
        f"sqlite:///{INSTANCE / 'registry.db'}",
        "登记库;默认是 instance/ 里的 SQLite",
        _database_url,
    )
    region: Path = _setting(
        DEFAULT_REGION,
        "城市数据包:data/regions/ 里的名字,或一个文件夹",
        _folder,
    )
    secret_key: str = _setting("", "签名用的密钥;对外是 HTTPS 时必须给出", _secret, secret=True)
    base_url: str = _setting("", "对外网址,如 https://map.example.org", _url)
    trusted_hosts: tuple[str, ...] = _setting(
        (), "接受的主机名,逗号隔开;空 = 只接受本机名与 BASE_URL 的主机", _names
    )
    proxy_count: int = _setting(0, "前面有几层反向代理", _whole(0, 5))
    embed_ancestors: tuple[str, ...] = _setting(
        ("*",), "谁可以嵌入 /embed(CSP frame-ancestors)", _ancestors
    )
    tianditu_key: str = _setting("", "天地图密钥:底图与地址查找", secret=True)
    amap_key: str = _setting("", "高德 Web 服务密钥:地址查找", secret=True)
    baidu_key: str = _setting("", "百度地图密钥:地址查找", secret=True)
    nominatim_url: str = _setting("", "自建 Nominatim 的网址:地址查找", _url)
    tianditu_url: str = _setting(
        "https://api.tianditu.gov.cn", "天地图地址查找的网址(代理或测试用)", _url
    )
    amap_url: str = _setting("https://restapi.amap.com", "高德地址查找的网址(代理或测试用)", _url)
    baidu_url: str = _setting("https://api.map.baidu.com", "百度地址查找的网址(代理或测试用)", _url)
    geocode_rate: float = _setting(3.0, "每秒向每家服务查多少个地址", _rate)
    geocode_daily: int = _setting(5000, "每天向每家服务最多查多少个地址", _whole(1, 10_000_000))
    streets: Path | None = _setting(
        None, "街道路网文件(locator streets build 建的);空 = instance/ 里建好的,没有就按直线", _file
    )
    photos: Path | None = _setting(
        None,
        "照片文件夹,每张以服务点编号命名(如 abc123.jpg);空 = 登记库旁边的 photos/",
        _folder_given,
    )
    map_review_number: str = _setting("", "底图的审图号,显示在地图左下角")
    wechat_app_id: str = _setting(
        "", "微信公众号的 AppID;和 AppSecret 一起给出才接上微信", _wechat_app_id
    )
    wechat_app_secret: str = _setting("", "微信公众号的 AppSecret", _wechat_app_secret, secret=True)
    wechat_verify: tuple[tuple[str, str], ...] = _setting(
        (), "微信的域名验证文件:文件名=内容,逗号隔开,如 MP_verify_abc123.txt=abc123", _verify_files
    )
    wechat_url: str = _setting("https://api.weixin.qq.com", "微信接口的网址(代理或测试用)", _url)
    offline: bool = _setting(
        True, "网页在手机里存一份,没有网络也能用:on 或 off;off 会把存过的收回", _switch
    )
    log_level: str = _setting("INFO", "日志级别", _level)

    @property
    def secret_file(self) -> Path:
        """Where a secret that was made here is kept: as ``jobs_folder``."""
        return self.jobs_folder.with_name("secret_key")

    @property
    def photos_folder(self) -> Path:
        """Where photos of places lie; it need not exist."""
        return self.photos or self.jobs_folder.with_name("photos")

    @property
    def base_tiles(self) -> Path | None:
        """The streets to draw: written beside the street network, by the same command."""
        tiles = self.streets and tiles_beside(self.streets)
        return tiles if tiles and tiles.is_file() else None

    @property
    def jobs_folder(self) -> Path:
        """Where long runs are queued: beside the SQLite file, else in ``instance/``."""
        if self.database_url.startswith("sqlite:///"):
            return Path(self.database_url.removeprefix("sqlite:///")).parent / "jobs"
        return INSTANCE / "jobs"

    def environment(self) -> dict[str, str]:
        """What a process of ours must know to work on the same registry."""
        given = {"DATABASE_URL": self.database_url, "REGION": str(self.region)}
        if self.streets is not None:
            given["STREETS"] = str(self.streets)
        return {PREFIX + name: value for name, value in given.items()}

    @property
    def wechat_on(self) -> bool:
        """Whether pages may use WeChat's JS-SDK."""
        return bool(self.wechat_app_id and self.wechat_app_secret)

    @property
    def https(self) -> bool:
        """Whether the public address is HTTPS."""
        return self.base_url.startswith("https:")


def built_streets(region: Path) -> Path:
    """Where ``locator streets build`` puts a region's network, and where it is looked for."""
    return INSTANCE / f"{region.name}.streets"


def tiles_beside(streets: Path) -> Path:
    """Where the same command puts the streets as the base map draws them."""
    return streets.with_suffix(".pmtiles")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the environment. Raises ``SettingsInvalid`` naming the first malformed setting."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for each in fields(Settings):
        name = PREFIX + each.name.upper()
        text = environ.get(name, "").strip()
        if not text:
            continue
        try:
            values[each.name] = each.metadata["read"](text)
        except ValueError as problem:
            shown = "(不显示)" if each.metadata["secret"] else f"“{text}”"
            raise SettingsInvalid(f"设置 {name} 的值 {shown} 不对:{problem}。") from None
    built = built_streets(values.get("region", DEFAULT_REGION))
    if "streets" not in values and built.is_file():
        values["streets"] = built
    settings = Settings(**values)
    if settings.https and not settings.secret_key:
        raise SettingsInvalid(f"BASE_URL 是 HTTPS 时必须给出 {PREFIX}SECRET_KEY。")
    if bool(settings.wechat_app_id) != bool(settings.wechat_app_secret):
        raise SettingsInvalid(
            f"{PREFIX}WECHAT_APP_ID 和 {PREFIX}WECHAT_APP_SECRET 要么都给出,要么都不给。"
        )
    return settings
