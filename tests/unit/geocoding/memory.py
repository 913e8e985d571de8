"""What geocoding remembers, kept in memory: the protocols of ``services.geocoding.cache``."""

from datetime import date

from services.geocoding.cache import CachedAnswer


class MemoryCache:
    """An ``AnswerCache`` that is gone with the test."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], CachedAnswer] = {}

    def get(self, provider: str, query: str) -> CachedAnswer | None:
        return self._answers.get((provider, query))

    def put(self, answer: CachedAnswer) -> None:
        self._answers[answer.provider, answer.query] = answer

    def __len__(self) -> int:
        return len(self._answers)


class MemoryLedger:
    """A ``QuotaLedger`` that is gone with the test."""

    def __init__(self) -> None:
        self._spent: dict[tuple[str, date], int] = {}

    def spend(self, provider: str, day: date, limit: int) -> bool:
        spent = self._spent.get((provider, day), 0)
        if spent >= limit:
            return False
        self._spent[provider, day] = spent + 1
        return True
