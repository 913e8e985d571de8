"""The hash of a report's inputs: the same hash, the same report, dates aside.

SHA-256 over one canonical JSON document (keys sorted, no spaces, UTF-8) that holds all that the
figures and lists rest on: every place with the rule that it fails and with its open hours, the
demand, the parameters, the network and the software's version. The day of the report is not in it;
what that day decides (which places are too old, what is open in its week) is.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.coverage.demand import DemandPoints
from services.places import Place
from services.reporting.evidence import Evidence

FORMAT: Final = "report-inputs/1"
_DEGREE_PARTS: Final = 10_000_000  # a centimetre: finer digits differ between machines


def fingerprint(evidence: Evidence) -> str:
    """64 hexadecimal digits."""
    document = canonical(inputs(evidence))
    return hashlib.sha256(document.encode("utf-8")).hexdigest()


def canonical(document: Any) -> str:
    """The one way to write this document as JSON."""
    return json.dumps(
        document, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def inputs(evidence: Evidence) -> dict[str, Any]:
    """The document that is hashed."""
    assessment, region = evidence.assessment, evidence.region
    measure = assessment.measure
    open_hours = np.hstack((evidence.hours.low, evidence.hours.high)).astype("<u8")
    places = [
        _place(place, None, bits.tobytes().hex())
        for place, bits in zip(assessment.places, open_hours, strict=True)
    ] + [_place(place, reason, "") for place, reason in evidence.left_out]
    return {
        "format": FORMAT,
        "software": evidence.version,
        "region": region.key if region else None,
        "claim": region.claim if region else None,
        "revision": evidence.coverage.revision,
        "sample": evidence.coverage.sample,
        "places": sorted(places, key=lambda row: str(row["id"])),
        "demand": _demand(assessment.demand),
        "measure": {
            "mode": measure.mode.key,
            "minutes": measure.minutes,
            "speed_kmh": measure.mode.speed_kmh,
            "speed_range_kmh": measure.mode.speed_range_kmh,
            "overhead_s": measure.mode.overhead_s,
            "detour_factor": measure.detour_factor,
            "method": measure.method,
            "network": evidence.network or None,
        },
        "rules": asdict(evidence.rules),
        "standards": [
            [standard.key, standard.limit_m(measure.detour_factor)]
            for standard in assessment.standards
        ],
        "suggested": evidence.suggestion.k if evidence.suggestion else None,
    }


def _place(place: Place, reason: str | None, open_hours: str) -> dict[str, Any]:
    point = place.point
    return {
        "id": place.id,
        "kind": place.kind,
        "name": place.name,
        "address": place.address,
        "district": place.district,
        "point": None if point is None else [_whole(point.lat), _whole(point.lon)],
        "precision": place.location_precision,
        "state": place.location_state,
        "status": place.status,
        "opening_hours": place.opening_hours,
        "opening_hours_raw": place.opening_hours_raw,
        "open": open_hours,
        "verified_on": place.verified_on.isoformat() if place.verified_on else None,
        "left_out": reason,
    }


def _demand(demand: DemandPoints) -> dict[str, Any]:
    parts = (
        np.rint(demand.lats * _DEGREE_PARTS),
        np.rint(demand.lons * _DEGREE_PARTS),
        demand.weights,
        demand.district,
    )
    return {
        "points": len(demand),
        "spacing_m": demand.spacing_m,
        "scale": demand.scale,
        "districts": [list(each) for each in demand.districts],
        "sha256": [_digest(part) for part in parts],
    }


def _digest(values: NDArray[Any]) -> str:
    return hashlib.sha256(values.astype("<i8").tobytes()).hexdigest()


def _whole(degrees: float) -> int:
    return round(degrees * _DEGREE_PARTS)
