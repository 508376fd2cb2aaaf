"""What a credential says: the Open Badges 3.0 words for a class's report.

Nothing here depends on the moment, so that the same points give the same id. The moment is added
when it is signed.
"""

import json
import math
import re
import uuid
from dataclasses import dataclass
from typing import Any

from grader.course.manifests import Manifest
from grader.model.class_report import ClassReport, Learner
from grader.model.errors import GraderError
from grader.wording import count

CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
ALL = "100%"


@dataclass(frozen=True)
class Award:
    """Who gives it, for what: `bar` is in points."""

    issuer: str
    issuer_name: str
    course: str
    version: str
    bar: int


def award(
    report: ClassReport, manifest: Manifest | None, issuer: str, issuer_name: str, bar: str
) -> Award:
    """The award of this class; `bar` is `80%`, or points. Raises GraderError."""
    title = manifest.title if manifest is not None else "Exercises"
    version = manifest.version if manifest is not None else ""
    return Award(issuer, issuer_name, title, version, points_of(bar, report.max_points))


def points_of(bar: str, most: int) -> int:
    """The points that the bar asks for, of `most`. Raises GraderError."""
    match = re.fullmatch(r"(\d{1,6})(%?)", bar, re.ASCII)
    figure = int(match[1]) if match else 0
    points = math.ceil(most * figure / 100) if match and match[2] else figure
    if not 1 <= points <= most:
        raise GraderError(
            f"--bar is {bar!r}, which is not between 1 and the {count(most, 'point')} of these "
            "exercises.",
            "Write --bar 80%, or points: --bar 40",
        )
    return points


def reached(learner: Learner, award: Award) -> float | None:
    """The points that count, after what lateness has cost; None when they are below the bar."""
    points = learner.points if learner.after_late is None else learner.after_late
    return points if points is not None and points >= award.bar else None


def credential(
    report: ClassReport, learner: Learner, award: Award, points: float
) -> dict[str, Any]:
    """What the learner's file says, without the moment and the proof."""
    subject = {
        "type": ["AchievementSubject"],
        "identifier": [_identity("userName", learner.id)]
        + ([_identity("name", learner.name)] if learner.name else []),
        "achievement": _achievement(report, award),
        "result": [
            {
                "type": ["Result"],
                "resultDescription": _id("points", award.course),
                "value": f"{points:g}",
            }
        ],
    }
    document = {
        "@context": CONTEXT,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": award.course,
        "issuer": {"id": award.issuer, "type": ["Profile"]}
        | ({"name": award.issuer_name} if award.issuer_name else {}),
        "credentialSubject": subject,
        "evidence": [*_answers(report, learner), _measure(report)],
    }
    return {"id": _id("credential", document), **document}


def _id(kind: str, of: object) -> str:
    """The same for the same content."""
    text = json.dumps([kind, of], sort_keys=True)
    return uuid.uuid5(uuid.NAMESPACE_OID, text).urn


def _identity(kind: str, text: str) -> dict[str, Any]:
    return {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": text,
        "identityType": kind,
    }


def _achievement(report: ClassReport, award: Award) -> dict[str, Any]:
    names = ", ".join(exercise.id for exercise in report.exercises)
    achievement = {
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "name": award.course,
        **({"version": award.version} if award.version else {}),
        "description": f"{count(len(report.exercises), 'exercise')} of {award.course}: {names}.",
        "criteria": {
            "narrative": f"At least {award.bar} of {count(report.max_points, 'point')}, given by "
            "the course's own tests."
        },
        "resultDescription": [
            {
                "id": _id("points", award.course),
                "type": ["ResultDescription"],
                "name": "Points",
                "resultType": "RawScore",
                "valueMin": "0",
                "valueMax": str(report.max_points),
                "requiredValue": str(award.bar),
            }
        ],
    }
    suites = [exercise.suite for exercise in report.exercises]
    return {"id": _id("achievement", [achievement, suites]), **achievement}


def _answers(report: ClassReport, learner: Learner) -> list[dict[str, Any]]:
    points = {answer.exercise: answer.points for answer in learner.answers}
    return [
        {
            "type": ["Evidence"],
            "genre": "Exercise",
            "name": exercise.id,
            "description": f"{exercise.title}: {points.get(exercise.id)} of "
            f"{count(exercise.max_points, 'point')}.",
            "narrative": f"Its suite: sha256 {exercise.suite}",
        }
        for exercise in report.exercises
    ]


def _measure(report: ClassReport) -> dict[str, Any]:
    return {
        "type": ["Evidence"],
        "genre": "Grader",
        "name": "grader",
        "description": f"Measured on the {report.clock} clock, with Python {report.python} and the "
        f"isolation {report.isolation}.",
        "narrative": f"The grader: sha256 {report.grader}; its packages: sha256 {report.libraries}",
    }
