"""Schemathesis asks whatever the API's own description allows, and more, and holds each answer to it."""

from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from schemathesis.generation import GenerationMode

from tests.api.conftest import bearer

pytestmark = pytest.mark.store


@pytest.fixture(scope="session")
def described(app: FastAPI) -> schemathesis.BaseSchema:
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    return schema


api = schemathesis.pytest.from_fixture("described")


@api.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(headers=bearer("bureau"))
