"""All operations together: requests that the document allows, and others, as schemathesis makes them from it."""

from __future__ import annotations

from pathlib import Path

import pytest
import schemathesis
from schemathesis import engine
from schemathesis.config import SchemathesisConfig
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from emotion_core.api import PREFIX, access
from emotion_core.jobs import runner
from emotion_core.library import Library
from tests.support import api, library_builder
from tests.support.waiting_runner import WaitingRunner

EXAMPLES = 1
"""Requests drawn of each operation and kind, beside those that go through its boundaries."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with a film and a re-cut of it, whose jobs wait."""
    monkeypatch.setattr(runner, "create", WaitingRunner)
    library_builder.recut(Library.open(tmp_path))
    api.configure(tmp_path)
    return tmp_path


def test_whatever_is_sent_gets_an_answer_of_the_document(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No request ends in a status 500, in an answer that the document does not have, or goes without a token."""
    monkeypatch.setattr(access, "MOST_IN_ALL", 10**6)
    monkeypatch.setattr(access, "MOST_FAILURES", 10**6)  # else wrong tokens are soon not looked at
    # A valid request may not fit the library, and there is no room for the longest film.
    refused = ["2xx", "400", "401", "403", "404", "409", "411", "413", "422", "507"]
    config = SchemathesisConfig.from_dict(
        {
            "base-url": f"http://{api.HOST}{PREFIX}",
            "headers": {"Authorization": f"Bearer {api.WRITE}"},
            "seed": 21,
            "continue-on-failure": True,
            "generation": {"max-examples": EXAMPLES, "deterministic": True, "no-shrink": True},
            "phases": {"examples": {"enabled": False}, "stateful": {"enabled": False}},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": refused},
                "not_a_server_error": {
                    "expected-statuses": ["2xx", "4xx", "507"]
                },  # there is no room for the longest film
            },
        }
    )
    schema = schemathesis.openapi.from_asgi(
        f"{PREFIX}/openapi.json", api.app(home), config=config, headers={"Host": api.HOST}
    ).exclude(path_regex="events$")  # a stream, which has its own tests
    problems, asked = [], set()
    for event in engine.from_schema(schema).execute():
        if isinstance(event, (FatalError, NonFatalError)):
            problems.append(str(event))
        if isinstance(event, ScenarioFinished):
            asked |= {event.recorder.label} if event.recorder.interactions else set()
            problems += [
                f"{event.recorder.label}: {check.failure_info.failure}\n{check.failure_info.code_sample}"
                for checks in event.recorder.checks.values()
                for check in checks
                if check.failure_info is not None
            ]
    assert problems == []
    operations = {
        f"{method.upper()} {path}" for path, methods in schema.raw_schema["paths"].items() for method in methods
    }
    assert {each for each in operations if not each.endswith("events")} - asked == set()


def test_the_document_is_complete(home: Path) -> None:
    """Every operation says what it does, needs a token, and names its errors as problems."""
    document = api.client(home, None).get("openapi.json").json()
    assert document["servers"] == [{"url": PREFIX}]
    operations = [each for methods in document["paths"].values() for each in methods.values()]
    names = [each["operationId"] for each in operations]
    assert len(set(names)) == len(names)
    for operation in operations:
        assert operation["description"]
        assert operation["security"]
        assert {"401", "403", "429", "503"} <= operation["responses"].keys()
        errors = [answer["content"] for status, answer in operation["responses"].items() if int(status) >= 400]
        assert all(list(content) == ["application/problem+json"] for content in errors)
        assert all(
            parameter.get("description") or parameter["schema"].get("description")
            for parameter in operation.get("parameters", [])
        )
    assert {"ProblemDetail", "WrongPart"} <= document["components"]["schemas"].keys()
