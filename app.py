"""The web application: ``create_app()`` builds the services and registers what serves them."""

from __future__ import annotations

from apiflask import APIFlask
from flask_compress import Compress

from services.settings import ROOT, Settings, load_settings
from services.web import (
    api,
    assets,
    base_tiles,
    builder,
    embed,
    errors,
    feedback,
    language,
    logs,
    oembed,
    offline,
    pages,
    pictures,
    planner,
    reports,
    representations,
    security,
    sitemap,
    uploads,
    wechat,
)
from services.wiring import build


def create_app(settings: Settings | None = None) -> APIFlask:
    """The WSGI application. Raises ``SettingsInvalid``, ``RegionInvalid``, ``RegistryUnusable``."""
    settings = settings or load_settings()
    logs.configure(settings.log_level)
    locator = build(settings)
    app = APIFlask(
        __name__,
        title=locator.region.product_name,
        version="1",
        static_folder=None,  # type: ignore[arg-type]
        template_folder=str(ROOT / "templates"),
        docs_path=None,
        spec_path=None,
    )
    app.extensions["locator"] = locator
    representations.install(app)
    language.install(app)
    app.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    app.config["COMPRESS_BR_LEVEL"] = 5
    app.config["COMPRESS_MIMETYPES"] = representations.COMPRESSED
    Compress(app)
    security.protect(app, settings)
    uploads.install(app)
    errors.install(app)
    bundle = assets.Assets()
    app.register_blueprint(assets.blueprint(bundle))
    app.register_blueprint(base_tiles.blueprint(locator))
    app.register_blueprint(api.blueprint(app, locator))
    app.register_blueprint(pages.blueprint(locator, bundle))
    app.register_blueprint(feedback.blueprint(app, locator))
    app.register_blueprint(pictures.blueprint(locator))
    app.register_blueprint(planner.blueprint(locator, bundle))
    app.register_blueprint(offline.blueprint(locator, bundle))
    app.register_blueprint(reports.blueprint(locator))
    app.register_blueprint(embed.blueprint(locator, bundle))
    app.register_blueprint(builder.blueprint(locator))
    app.register_blueprint(oembed.blueprint(locator))
    app.register_blueprint(wechat.blueprint(settings))
    app.register_blueprint(sitemap.blueprint(locator))
    return app
