"""The report as JSON, and the schema of that JSON."""

import json

from grader.model.report import Report


def render(report: Report) -> str:
    """ASCII only, so that no escape of a learner's reaches a terminal."""
    return json.dumps(report.model_dump(mode="json", by_alias=True), indent=1) + "\n"


def schema() -> str:
    """JSON schema of what `render` writes."""
    return json.dumps(Report.model_json_schema(by_alias=True, mode="serialization"), indent=2)
