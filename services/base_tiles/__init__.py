"""Vector tiles for the base map: an extract's streets, water, green, rails and buildings.

In order: ``themes`` (which tags are drawn, from which zoom), ``features`` (the extract, read),
``cutting`` (shapes into tiles), ``build`` (the file), ``archive`` (the file, served).

The file is PMTiles version 3, its tiles Mapbox Vector Tiles 2 (gzip); layers and tags stand in
data/README.md. Boundaries are never taken from the extract: the region's own are drawn.
"""

from services.base_tiles.archive import BaseTiles, open_tiles
from services.base_tiles.build import TileSource, build_tiles

__all__ = ["BaseTiles", "TileSource", "build_tiles", "open_tiles"]
