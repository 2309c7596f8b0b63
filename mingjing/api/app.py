"""The API's application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from mingjing import __version__
from mingjing.api import documents, inner, open, problems  # noqa: A004 - the open part
from mingjing.api.limits import Limits, Rate
from mingjing.api.pool import Pool
from mingjing.api.tokens import Tokens
from mingjing.opendata.publishing import Publisher
from mingjing.privacy.loading import masker
from mingjing.settings import Settings

ABOUT = """只读接口：效能得分、监察发现、开放数据。开放数据无需令牌。时刻均为 UTC。

Read only: efficiency scores, findings, open data. Open data need no token. Instants are UTC; days and periods are
those of the installation's time zone. Errors are problem details (RFC 9457). Poll with If-None-Match."""


def create(chosen: Settings, dsn: str, *, rate: Rate = Rate()) -> FastAPI:  # noqa: B008 - it is frozen
    """The application over a store; without `api_tokens_file` with its open part only. UsageError, BookError."""
    pool = Pool(dsn, masker(chosen) if chosen.api_tokens_file else None)

    @asynccontextmanager
    async def alive(_: FastAPI) -> AsyncIterator[None]:
        yield
        pool.close()

    app = FastAPI(
        title="明镜 Mingjing", summary="行政审批电子监察接口", description=ABOUT, version=__version__, lifespan=alive,
        docs_url=None, redoc_url=None, openapi_url="/openapi.json", redirect_slashes=False,
    )  # fmt: skip
    problems.handle(app)
    app.include_router(open.router(pool, Publisher(chosen, pool.store)))
    if chosen.api_tokens_file:
        tokens = Tokens(Path(chosen.api_tokens_file))
        app.include_router(inner.scores(pool, tokens, chosen))
        app.include_router(inner.findings(pool, tokens))
    documents.describe(app)
    app.add_middleware(GZipMiddleware, minimum_size=1_000)
    app.add_middleware(Limits, rate=rate)
    return app
