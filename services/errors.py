"""Every failure of the product, on one screen.

    LocatorError                 anything that we raise on purpose; ``message`` is for the user
    ├── InvalidInput             the caller's value is wrong; names the field and the value seen
    │   ├── FileUnreadable       a file that cannot be read as what it says it is
    │   └── LimitExceeded        a right value, but more of it than we take
    ├── NotFound                 the thing named does not exist (or is not public)
    ├── Conflict                 the registry changed underneath; read again and retry
    ├── SettingsInvalid          a setting is malformed; the start stops with its name
    ├── RegionInvalid            a region's folder is damaged or incomplete
    ├── RegistryUnusable         the database cannot be read or written
    ├── NotAllowed               the caller may not do this, or not from where it comes
    ├── TooOften                 the caller did it as often as one may; ``retry_after_s`` says when
    ├── Busy                     all places of the queue are taken; ``retry_after_s`` says when
    ├── JobsUnusable             the folder of the jobs cannot be read or written
    └── ProviderError            an outside service failed; nothing was stored
        ├── ProviderRefused      wrong key, or not allowed
        ├── ProviderBusy         rate limit or quota; ``retry_after_s`` says when
        ├── ProviderUnreachable  time-out, refused connection, 5xx
        └── ProviderNonsense     an answer that is not what the provider documents

Errors carry facts, never HTTP codes: ``web/errors.py`` maps class to status in one table, and
``cli.py`` maps class to exit code in another. "Nothing found" is a value, not an error.
"""

from __future__ import annotations

from typing import Any


class LocatorError(Exception):
    """Base of the tree. ``message`` is a full sentence in the user's language (zh-CN)."""

    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInput(LocatorError):
    """A value of the caller's is wrong.

    ``field`` is the parameter's or column's stable name, ``value`` what was seen.
    """

    code = "invalid_input"

    def __init__(self, message: str, *, field: str | None = None, value: Any = None) -> None:
        super().__init__(message)
        self.field = field
        self.value = value


class FileUnreadable(InvalidInput):
    """A file is not what its name says, or is damaged, or is hostile."""

    code = "file_unreadable"


class LimitExceeded(InvalidInput):
    """More than ``limit`` (from ``limits.py``) of something was asked for or sent."""

    code = "limit_exceeded"

    def __init__(
        self, message: str, *, limit: float, field: str | None = None, value: Any = None
    ) -> None:
        super().__init__(message, field=field, value=value)
        self.limit = limit


class NotFound(LocatorError):
    """The thing named does not exist, or the caller may not know that it does."""

    code = "not_found"


class Conflict(LocatorError):
    """The registry moved on since the caller read it."""

    code = "conflict"


class SettingsInvalid(LocatorError):
    """A setting is malformed; the message names it."""

    code = "settings_invalid"


class RegionInvalid(LocatorError):
    """A region's folder lacks a file or holds a damaged one; the message names it."""

    code = "region_invalid"


class RegistryUnusable(LocatorError):
    """The database cannot be opened, is damaged, read-only or full."""

    code = "registry_unusable"


class Busy(LocatorError):
    """As much as we do at once is being done; the same again in ``retry_after_s`` seconds."""

    code = "busy"

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class NotAllowed(LocatorError):
    """The caller may not do this, or not from where it comes."""

    code = "not_allowed"


class TooOften(LocatorError):
    """The caller did this as often as one may; again in ``retry_after_s`` seconds."""

    code = "too_often"

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class JobsUnusable(LocatorError):
    """The folder in which long runs are queued cannot be read or written."""

    code = "jobs_unusable"


class ProviderError(LocatorError):
    """An outside service failed. ``provider`` names it; no message holds a key."""

    code = "provider_failed"

    def __init__(self, message: str, *, provider: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.provider = provider
        self.retry_after_s = retry_after_s


class ProviderRefused(ProviderError):
    """The provider does not accept our key, or this use of it."""

    code = "provider_refused"


class ProviderBusy(ProviderError):
    """Too many requests, or the day's quota is spent."""

    code = "provider_busy"


class ProviderUnreachable(ProviderError):
    """No answer in time, no connection, or a server error."""

    code = "provider_unreachable"


class ProviderNonsense(ProviderError):
    """An answer that does not have the documented form."""

    code = "provider_nonsense"
