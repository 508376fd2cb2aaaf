"""The report as JSON, and the schema of that JSON."""

import json

from pydantic import BaseModel

from grader.model.report import Report


def render(report: Report) -> str:
    """ASCII only, so that no escape of a learner's reaches a terminal."""
    return json.dumps(report.model_dump(mode="json", by_alias=True), indent=1) + "\n"


def schema(model: type[BaseModel] = Report) -> str:
    """JSON schema of a report: of what `render` writes, or of a class's."""
    return json.dumps(model.model_json_schema(by_alias=True, mode="serialization"), indent=2)
