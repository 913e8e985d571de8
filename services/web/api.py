"""``/api/v1``: JSON for programs and for our own pages, with its OpenAPI description."""

from __future__ import annotations

from urllib.parse import urlencode

from apiflask import APIBlueprint, APIFlask
from flask import Response, abort, request
from flask_limiter import Limiter

from services import workflows
from services.errors import InvalidInput, NotFound
from services.geo import geojson
from services.geo.datum import Datum
from services.geo.point import Point
from services.hours import is_open
from services.limits import API_RATE, BODY_BYTES
from services.locator import Locator
from services.places import Place
from services.web import representations as shown
from services.web import schemas
from services.web.addresses import caller
from services.web.assets import Packed
from services.web.compact import compact_places, search_words
from services.web.document import complete
from services.web.params import NearestBody, PlacesQuery
from services.web.planning_api import serve_coverage, serve_jobs
from services.web.wechat import serve_signatures

GEOJSON = "application/geo+json"


def blueprint(app: APIFlask, locator: Locator) -> APIBlueprint:
    """The API's routes, and the limits and headers that all of them share."""
    routes = APIBlueprint("api", __name__, tag="locator")
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    Limiter(
        caller,
        app=app,
        application_limits=[],
        default_limits=[API_RATE],
        storage_uri="memory://",
        strategy="moving-window",
        headers_enabled=True,
        default_limits_exempt_when=lambda: caller() in ("127.0.0.1", "::1"),
    )

    @routes.before_request
    def as_documented() -> None:
        """Nothing that was sent is dropped in silence: not a second value, not a body's type."""
        for name, values in request.args.lists():
            if len(values) > 1:
                raise InvalidInput(
                    f"“{name}”出现了 {len(values)} 次,请只写一次,几个值用逗号隔开。",
                    field=name,
                    value=values,
                )
        if request.method == "POST" and not request.is_json:
            abort(415)

    @routes.after_request
    def open_to_all(response: Response) -> Response:
        if request.method in ("GET", "HEAD"):
            response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    app.config["AUTO_VALIDATION_ERROR_RESPONSE"] = app.config["AUTO_404_RESPONSE"] = False
    app.spec_processor(complete)
    _serve_places(routes, locator)
    serve_coverage(routes, locator)
    serve_jobs(routes, locator)
    serve_signatures(routes, locator)
    _serve_region(routes, locator)
    _serve_service(routes, app, locator)
    return routes


def _serve_places(routes: APIBlueprint, locator: Locator) -> None:
    region, vocabulary, calendar = locator.region, locator.vocabulary, locator.calendar

    @routes.get("/api/v1/places")
    @routes.input(PlacesQuery, location="query", arg_name="query")
    @routes.output(schemas.PlacesPage, content_type=GEOJSON)
    def places(query: PlacesQuery) -> Response:
        """Published places as GeoJSON, filtered, a page at a time."""
        snapshot = locator.snapshot()
        datum = Datum(query.datum)
        matched = _matching(snapshot.places, query, locator)
        page = [place for place in matched if place.id > query.cursor][: query.limit]
        links = [{"rel": "self", "type": GEOJSON, "href": request.full_path.rstrip("?")}]
        if page and page[-1].id != matched[-1].id:
            following = {**request.args.to_dict(), "cursor": page[-1].id}
            links.append(
                {"rel": "next", "type": GEOJSON, "href": f"{request.path}?{urlencode(following)}"}
            )
        features = [shown.place_feature(place, region, vocabulary, datum) for place in page]
        return shown.json_response(
            geojson.collection(
                features,
                numberMatched=len(matched),
                numberReturned=len(page),
                links=links,
                revision=snapshot.revision,
                sample=snapshot.sample,
                datum=datum.value,
            ),
            content_type=GEOJSON,
        )

    @routes.get("/api/v1/places.json")
    @routes.output(schemas.CompactPlaces)
    def places_compact() -> Response:
        """The whole published list in its compact form, for the browser."""
        return _compact(locator).response()

    @routes.get("/api/v1/pinyin.json")
    @routes.output(schemas.SearchWords)
    def pinyin() -> Response:
        """What the browser's search needs to understand pinyin, its initials and homophones."""
        return _search_words(locator).response()

    @routes.get("/api/v1/places/<place_id>")
    @routes.output(schemas.PlaceFeature, content_type=GEOJSON)
    def place(place_id: str) -> Response:
        """One place with its hours for eight days."""
        snapshot = locator.snapshot()
        found = snapshot.by_id.get(place_id)
        if found is None:
            raise NotFound("没有这个服务点,或者它已经撤下。")
        feature = shown.place_feature(found, region, vocabulary)
        feature["properties"]["schedule"] = shown.schedule(found, locator.now().date(), calendar)
        return shown.json_response(feature, content_type=GEOJSON)

    @routes.post("/api/v1/nearest")
    @routes.input(NearestBody, arg_name="body")
    @routes.output(schemas.NearAnswer)
    def nearest(body: NearestBody) -> Response:
        """The nearest places, those open on arrival first."""
        answer = workflows.near(
            locator,
            Point(body.lat, body.lon),
            mode=body.mode,
            minutes=body.minutes,
            at=body.at,
            kinds=body.kinds,
            amenities=body.amenities,
            limit=body.limit,
        )
        return shown.json_response(answer.to_json())


def _serve_region(routes: APIBlueprint, locator: Locator) -> None:
    region, vocabulary = locator.region, locator.vocabulary
    basemap_packed = Packed(shown.json_bytes(shown.basemap_json(region)), "application/json")

    @routes.get("/api/v1/districts")
    @routes.output(schemas.AreaCollection, content_type=GEOJSON)
    def districts() -> Response:
        """The county-level divisions as GeoJSON, simplified for the phone."""
        return shown.json_response(shown.districts_json(region), content_type=GEOJSON)

    @routes.get("/api/v1/basemap.json")
    @routes.output(schemas.BasemapAnswer)
    def basemap() -> Response:
        """What the base map draws: districts, main urban areas and towns of the region."""
        return basemap_packed.response()

    @routes.get("/api/v1/kinds")
    @routes.output(schemas.KindsAnswer)
    def kinds() -> Response:
        """The kinds of place and the amenities."""
        return shown.json_response(
            shown.kinds_json(vocabulary, region, workflows.registered(locator))
        )


def _serve_service(routes: APIBlueprint, app: APIFlask, locator: Locator) -> None:
    @routes.get("/api/openapi.json")
    @routes.doc(hide=True)
    def openapi() -> Response:
        return shown.json_response(app.spec)

    @routes.get("/healthz")
    @routes.doc(hide=True)
    def healthz() -> Response:
        return shown.json_response({"ok": True})

    @routes.get("/readyz")
    @routes.doc(hide=True)
    def readyz() -> Response:
        return shown.json_response({"ok": True, "revision": locator.snapshot().revision})


def _compact(locator: Locator) -> Packed:
    today = locator.now().replace(hour=0, minute=0, second=0, microsecond=0)
    snapshot = locator.snapshot()

    def make() -> Packed:
        body = compact_places(
            snapshot.places,
            revision=snapshot.revision,
            sample=snapshot.sample,
            midnight=today,
            region=locator.region,
            vocabulary=locator.vocabulary,
            calendar=locator.calendar,
        )
        return Packed(shown.json_bytes(body), "application/json")

    return snapshot.keep(("places.json", today.date()), make)


def _search_words(locator: Locator) -> Packed:
    snapshot = locator.snapshot()

    def make() -> Packed:
        body = search_words(
            snapshot.places,
            revision=snapshot.revision,
            region=locator.region,
            vocabulary=locator.vocabulary,
        )
        return Packed(shown.json_bytes(body), "application/json")

    return snapshot.keep("pinyin.json", make)


def _matching(places: tuple[Place, ...], query: PlacesQuery, locator: Locator) -> list[Place]:
    kinds = workflows.known_names(locator, "kind", query.kind)
    amenities = workflows.known_names(locator, "amenity", query.amenity)
    districts = workflows.known_names(locator, "district", query.district)
    open_at = query.open_at and workflows.local_time(locator, query.open_at, field="open_at")
    since = query.updated_since and workflows.local_time(
        locator, query.updated_since, field="updated_since"
    )
    words = query.q.casefold().split()

    def wanted(place: Place) -> bool:
        text = f"{place.name} {' '.join(place.other_names)} {place.address}".casefold()
        return (
            (not kinds or place.kind in kinds)
            and (not districts or place.district in districts)
            and all(place.amenities.get(key) for key in amenities)
            and all(word in text for word in words)
            and (query.bbox is None or _inside(place, query.bbox))
            and (since is None or place.updated_at >= since)
            and (open_at is None or is_open(place.opening_hours, open_at, locator.calendar) is True)
        )

    return [place for place in places if wanted(place)]


def _inside(place: Place, box: tuple[float, float, float, float]) -> bool:
    if place.point is None or not place.is_located:
        return False
    west, south, east, north = box
    lat, lon = place.point.lat, place.point.lon
    # A box whose west is greater than its east crosses the antimeridian.
    across = west <= lon <= east if west <= east else lon >= west or lon <= east
    return south <= lat <= north and across
