"""The open part of the API: health and open data, for everybody."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from mingjing import __version__
from mingjing.api.answers import Health, OpenIndex, OpenYear
from mingjing.api.documents import NOT_THERE, JsonSchema, says
from mingjing.api.pool import Pool
from mingjing.api.problems import Problem
from mingjing.api.sending import send
from mingjing.opendata.dataset import OpenData
from mingjing.opendata.exposures import Exposures, cases_csv
from mingjing.opendata.files import as_csv, as_json, schema
from mingjing.opendata.publishing import Publisher

CSV = "text/csv; charset=utf-8"
FORMAT = Annotated[Literal["json", "csv"], Query(description="格式 JSON or CSV for spreadsheets.")]
TITLES = Annotated[
    Literal["zh", "en"] | None, Query(description="CSV 表头 Heads of the CSV in a language; absent: stable names.")
]
YEAR = Annotated[int, Path(ge=1970, le=2148, description="年度 A calendar year.", examples=[2026])]


def router(pool: Pool, publisher: Publisher) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get(
        "/v1/health", tags=["health"], summary="运行状态 Whether the API and its store answer", responses=says(Health)
    )
    def health(request: Request) -> Response:
        with pool.store() as store:
            store.ping()
        return send(request, Health(version=__version__, healthy=True))

    @routes.get(
        "/v1/opendata", tags=["open data"], summary="开放数据目录 Which open data there are", responses=says(OpenIndex)
    )
    def index(request: Request) -> Response:
        data = publisher.dataset(())
        years = tuple(
            OpenYear(year, f"/v1/opendata/{year}?format=json", f"/v1/opendata/{year}?format=csv")
            for year in publisher.years()
        )
        found = OpenIndex(
            data.title, data.version, data.licence, data.settled, data.minimum, "/v1/opendata/schema", years
        )
        return send(request, found, changed=data.settled)

    @routes.get(
        "/v1/opendata/schema", tags=["open data"], summary="开放数据的 JSON Schema The schema of a year's open data",
        responses=says(JsonSchema),
    )  # fmt: skip
    def described(request: Request) -> Response:
        return send(request, schema())

    @routes.get(
        "/v1/opendata/exposures",
        tags=["open data"],
        summary="公开曝光的典型案件 Typical cases made public",
        description="经批准公布且仍然成立的典型案件，不涉及任何个人。"
        "What two persons agreed to publish and what still stands; nobody is named (docs/opendata.md).",
        responses=says(Exposures, media=("text/csv",)),
    )
    def exposures(request: Request, format: FORMAT = "json", titles: TITLES = None) -> Response:  # noqa: A002
        found = publisher.exposures()
        if format == "json":
            return send(request, found)
        name = 'attachment; filename="mingjing-exposed.csv"'
        return send(request, cases_csv(found.exposed, titles), media=CSV, Content_Disposition=name)

    @routes.get(
        "/v1/opendata/{year}",
        tags=["open data"],
        summary="某一年度的开放数据 A year's open data",
        description="按月、季、年，分部门、区划、事项的办结件数、按时与提前办结率、用时与承诺、满意率、投诉；人数少的不公布。"
        "Figures by month, quarter and year; small ones are withheld (docs/opendata.md).",
        responses=says(OpenData, media=("text/csv",), more=NOT_THERE),
    )
    def year_of(
        request: Request,
        year: YEAR,
        format: FORMAT = "json",  # noqa: A002
        level: Annotated[
            Literal["all", "region", "department", "item"] | None, Query(description="层级 Only this level.")
        ] = None,
        period: Annotated[
            str | None,
            Query(max_length=10, description="周期 Only this period.", examples=["2026-03", "2026-Q1", "2026"]),
        ] = None,
        titles: TITLES = None,
    ) -> Response:
        if year not in publisher.years():
            raise Problem(HTTPStatus.NOT_FOUND, f"there are no open data of {year}; /v1/opendata lists the years")
        rows = [
            row
            for row in publisher.rows(year)
            if (level is None or row.level == level) and (period is None or row.period == period)
        ]
        data = publisher.dataset(rows)
        if format == "json":
            return send(request, as_json(data), changed=data.settled)
        name = f'attachment; filename="mingjing-{year}.csv"'
        return send(request, as_csv(rows, titles), media=CSV, changed=data.settled, Content_Disposition=name)

    return routes
