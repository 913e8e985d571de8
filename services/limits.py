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
SERVER_THREADS: Final = 32  # of a web worker; more than wait for bodies and pictures
BODIES_READ_MAX: Final = 12  # at once in a worker; the other threads go on answering
SIGNED_URL_CHARACTERS: Final = 2_048  # of a page's address that WeChat's script wants signed
API_RATE: Final = "200 per 10 second"  # 20/s on average per address, bursts allowed
COORDINATE_DECIMALS: Final = 6  # 0.1 m; what the registry keeps and the API prints

# Travel
MINUTES_MIN: Final = 1
MINUTES_MAX: Final = 120
SNAP_FAR_M: Final = 300.0  # from a point to the nearest street: beyond it is reported
STREET_EXTRACT_BYTES: Final = 512 * 1024 * 1024  # an .osm.pbf of a province
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
GRID_SPACING_MAX_M: Final = 1000.0
DEMAND_POINTS_MAX: Final = 2_000_000
WEIGHT_DECIMALS: Final = 3  # of a demand point's weight; more are rounded
WEIGHT_SUM_MAX: Final = 2**53 - 1  # in units of the last decimal: exact in every JSON reader
DISTRICTS_MAX: Final = 5_000  # different words in a demand file's district column
AREAS_FILE_BYTES: Final = 64 * 1024 * 1024
AREAS_VERTICES_MAX: Final = 20_000  # of areas drawn on the page
AREAS_FILE_VERTICES_MAX: Final = 1_000_000
REFUSED_ROWS_LISTED: Final = 1_000  # of a file that is analysed alone; the others are counted
REACH_PAIRS_MAX: Final = 15_000_000  # demand point and place within the limit; under 1 GB
GAP_LINK_M: Final = 250.0  # uncovered points of a file this near are one gap
GAP_ACROSS_M: Final = 4_000.0  # a wider gap is cut, so that it is a place to go to
SCENARIO_EDITS_MAX: Final = 200
CANDIDATES_MAX: Final = 30_000  # generated for a siting; a file may hold more
SITES_MAX: Final = 500  # new sites of one suggestion on the web
REPORT_ROWS_MAX: Final = 2_000  # of a list on a report's pages; its workbook has all
REPORT_SECONDS: Final = 120  # to set a report's PDF
SCENARIO_FILE_BYTES: Final = 8 * 1024 * 1024

# Pictures
PICTURE_SECONDS: Final = 20  # to set one
PICTURES_WAITING_MAX: Final = 4  # in one process, beside the one that is being set
PICTURE_SHARERS_MAX: Final = 12  # who wait for a picture that is being set for another
PICTURE_PLACES_MAX: Final = 20  # numbered on a still picture; more would cover each other
QR_TEXT_BYTES: Final = 2_000
PHOTO_FILE_BYTES: Final = 20 * 1024 * 1024  # of a place's photo, as it was laid there
PHOTO_PIXELS: Final = 60_000_000
PHOTO_PX: Final = 960  # its longer side as it is shown

# Long runs on the web
JOB_SECONDS: Final = 120
JOB_MEMORY_BYTES: Final = 3 * 1024**3  # address space, libraries included
JOBS_QUEUED_MAX: Final = 5  # beside the one that runs
JOB_KEEP_S: Final = 3_600  # how long a finished one can be asked for
JOBS_KEPT_MAX: Final = 100  # finished ones; the oldest go first

# Geocoding
PROVIDER_TIMEOUT_S: Final = 8.0
PROVIDER_BODY_BYTES: Final = 256 * 1024
PROVIDER_ATTEMPTS: Final = 3
PROVIDER_BACKOFF_MAX_S: Final = 60.0
PROVIDER_FAILURES_TO_OPEN_CIRCUIT: Final = 5

# What visitors say of a place
FEEDBACK_PER_HOUR: Final = 5  # places that one phone speaks of
FEEDBACK_RATE: Final = "30 per hour"  # from an address: many phones share a carrier's
FEEDBACK_PER_PLACE_DAY_MAX: Final = 200  # phones a place a day; a flood fills no disk
FEEDBACK_NOTE_CHARACTERS: Final = 200
FEEDBACK_BODY_BYTES: Final = 4 * 1024
FEEDBACK_LISTED_MAX: Final = 1_000  # notes that a maintainer is shown at once, the newest

# What search engines are told
SITEMAP_URLS_MAX: Final = 50_000  # a file, by the protocol; beyond it there is an index

# Opening hours
CLOSING_SOON_MINUTES: Final = 30
SCHEDULE_DAYS: Final = 8

# Freshness of a place, in days since it was last verified
FRESH_DAYS: Final = 90
STALE_DAYS: Final = 180
