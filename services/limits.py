"""Every limit of the product, in one table.

``docs/operations.md`` prints this table and ``tests/test_docs.py`` compares the two. A limit that
is reached raises ``LimitExceeded`` with the number in its message; nothing is cut silently.
"""

from __future__ import annotations

from typing import Final

# The public API
API_PAGE_DEFAULT: Final = 100
API_PAGE_MAX: Final = 500
NEAREST_DEFAULT: Final = 10
NEAREST_MAX: Final = 100
SEARCH_CHARACTERS: Final = 64
BODY_BYTES: Final = 64 * 1024
API_RATE: Final = "200 per 10 second"  # 20/s on average per address, bursts allowed
COORDINATE_DECIMALS: Final = 6  # 0.1 m; what the registry keeps and the API prints

# Travel
MINUTES_MIN: Final = 1
MINUTES_MAX: Final = 120
YEAR_MIN: Final = 1970  # of a time that is asked about
YEAR_MAX: Final = 2100

# Files that come in
IMPORT_FILE_BYTES: Final = 256 * 1024 * 1024  # from the command line
IMPORT_ROWS: Final = 1_000_000
IMPORT_COLUMNS: Final = 256
CELL_CHARACTERS: Final = 10_000
XLSX_UNPACKED_BYTES: Final = 512 * 1024 * 1024
XLSX_RATIO: Final = 200  # unpacked to packed, of any entry over 1 MiB
XLSX_ENTRIES: Final = 2_000
READER_MEMORY_BYTES: Final = 2 * 1024**3
READER_SECONDS: Final = 120
NAME_CHARACTERS: Final = 120
TEXT_CHARACTERS: Final = 500

# Coverage
GRID_SPACING_M: Final = 100.0
GRID_SPACING_MIN_M: Final = 25.0
DEMAND_POINTS_MAX: Final = 2_000_000
REACH_PAIRS_MAX: Final = 15_000_000  # demand point and place within the limit; under 1 GB

# Geocoding
PROVIDER_TIMEOUT_S: Final = 8.0
PROVIDER_BODY_BYTES: Final = 256 * 1024
PROVIDER_ATTEMPTS: Final = 3
PROVIDER_BACKOFF_MAX_S: Final = 60.0
PROVIDER_FAILURES_TO_OPEN_CIRCUIT: Final = 5

# Opening hours
CLOSING_SOON_MINUTES: Final = 30
SCHEDULE_DAYS: Final = 8

# Freshness of a place, in days since it was last verified
FRESH_DAYS: Final = 90
STALE_DAYS: Final = 180
