"""Schemathesis asks whatever the API's own description allows, and what it does not, and holds each answer to it."""

from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from tests.api.conftest import bearer

pytestmark = pytest.mark.store


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_as_described(app: FastAPI, mode: GenerationMode) -> None:
    """Status, media type, headers and shape of every answer; never a server error."""
    described = schemathesis.openapi.from_asgi("/openapi.json", app)
    checks = described.config.checks
    checks.positive_data_acceptance.expected_statuses = ["2xx", "400", "404"]  # no pattern knows all calendars, cursors
    checks.negative_data_rejection.expected_statuses = ["400", "401", "404", "405", "413", "414"]
    operations = [found.ok() for found in described.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == 9
    for operation in operations:
        cases = operation.as_strategy(generation_mode=mode)

        @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(cases)
        def ask(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers=bearer("bureau"))

        if mode is GenerationMode.POSITIVE or operation.path_parameters or operation.query:
            ask()
