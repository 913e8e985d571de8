"""Files that are analysed alone: values for the engine of any city on earth, no registry.

    places       a register's file -> Place values, as an import reads it but bound to no region
    demand       weighted points -> DemandPoints        (points, plain_lines, weights behind it)
    candidates   points where a place might go
    areas        GeoJSON polygons, from a file or drawn on the page -> UrbanArea values
    points_out   the answer point by point, to a CSV file

The cells are read by ``importing``, so a header, a datum and a coordinate mean here what they mean
there. ``docs/coverage.md`` says what is accepted.
"""

from services.analysis_files.areas import areas_from_geojson, read_areas
from services.analysis_files.candidates import Candidates, on_existing, read_candidates
from services.analysis_files.demand import DemandFile, read_demand
from services.analysis_files.places import PlacesFile, read_places
from services.analysis_files.points_out import write_points

__all__ = [
    "Candidates",
    "DemandFile",
    "PlacesFile",
    "areas_from_geojson",
    "on_existing",
    "read_areas",
    "read_candidates",
    "read_demand",
    "read_places",
    "write_points",
]
