"""What a database error means to the person in front of it: one table a driver.

``translated`` returns one of our errors for a failure of the world (disk, lock, damage, network),
and None for a mistake of our own, which must stay a traceback.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import DBAPIError

from services.errors import Conflict, LocatorError, RegistryUnusable

_DAMAGED: Final = (
    "登记库{where}已损坏。请停止服务,用最近的备份文件换下它,再运行 locator init 检查。"
)
_FULL: Final = "登记库{where}所在的磁盘已满,这次没有写入任何内容。请腾出空间后重试。"
_READ_ONLY: Final = (
    "登记库{where}是只读的,这次没有写入任何内容。请检查文件、文件夹和磁盘的写权限后重试。"
)
_CLOSED: Final = "打不开登记库{where}。请检查路径、服务是否在运行,以及访问权限。"
_BUSY: Final = "登记库{where}正被另一个程序写入,等了很久仍未轮到,这次没有写入任何内容。请稍后重试。"
_DISK: Final = (
    "读写登记库{where}时磁盘出错,这次没有写入任何内容。请检查磁盘,再运行 locator init 检查。"
)
_OLD: Final = "登记库{where}还没有建立或版本过旧。请运行 locator init。"
_FOREIGN: Final = (
    "数据库{where}里已有别的程序的表,不是登记库,没有改动它。"
    "请换一个文件,或核对 LOCATOR_DATABASE_URL。"
)
_DOUBLE: Final = "登记库{where}里已有相同的记录,这次没有写入任何内容。请重新读取后再试。"

_BY_SQLITE_NAME: Final = {
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_CANTOPEN": _CLOSED,
    "SQLITE_PERM": _CLOSED,
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_PROTOCOL": _BUSY,
    "SQLITE_IOERR": _DISK,
}
"""By the start of SQLite's extended error name."""

_BY_SQLSTATE: Final = {
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
    "53100": _FULL,
    "25006": _READ_ONLY,
    "42501": _READ_ONLY,
    "55P03": _BUSY,
    "58030": _DISK,
    "42P01": _OLD,
    "42703": _OLD,
    "42P07": _FOREIGN,
    "08": _CLOSED,
    "28": _CLOSED,
    "3D": _CLOSED,
    "53": _CLOSED,
    "57P": _CLOSED,
}
"""By PostgreSQL's SQLSTATE or its class."""


def translated(error: BaseException, where: str) -> LocatorError | None:
    """Our error for a driver's (or SQLAlchemy's wrapping of it), or None when it is a bug of ours.

    ``where`` names the database in the message and holds no password.
    """
    original = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(original, "sqlite_errorname", None)
    if name is not None:
        return _from_sqlite(name, str(original), where)
    state = getattr(original, "sqlstate", None)
    if state is None:
        # psycopg knows no state when there was no server to give one.
        lost = type(original).__name__ == "OperationalError"
        return RegistryUnusable(_CLOSED.format(where=where)) if lost else None
    if state in ("23505", "40001", "40P01"):
        return Conflict(_DOUBLE.format(where=where))
    for start in (state, state[:3], state[:2]):
        if start in _BY_SQLSTATE:
            return RegistryUnusable(_BY_SQLSTATE[start].format(where=where))
    return None


def _from_sqlite(name: str, text: str, where: str) -> LocatorError | None:
    if name in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"):
        return Conflict(_DOUBLE.format(where=where))
    if name == "SQLITE_ERROR" and text.startswith(("no such table", "no such column")):
        return RegistryUnusable(_OLD.format(where=where))
    if name == "SQLITE_ERROR" and text.endswith("already exists"):
        return RegistryUnusable(_FOREIGN.format(where=where))
    for start, sentence in _BY_SQLITE_NAME.items():
        if name.startswith(start):
            return RegistryUnusable(sentence.format(where=where))
    return None


def damaged(where: str, finding: str) -> RegistryUnusable:
    """For a check that found something; ``finding`` is SQLite's own first line."""
    return RegistryUnusable(_DAMAGED.format(where=where) + f"(检查结果:{finding})")


def not_upgraded(where: str) -> RegistryUnusable:
    """For a database whose schema is older than the program, or not there."""
    return RegistryUnusable(_OLD.format(where=where))


def too_new(where: str) -> RegistryUnusable:
    """For a database that a newer release has upgraded."""
    return RegistryUnusable(
        f"登记库{where}由更新的版本写成,这个版本读不了。请升级程序,或恢复升级前的备份。"
    )
