"""The credentials of a class: written beside its tables, and checked again later."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.commands.classes import folder, verdicts
from grader.commands.credentials import badges, keys, proofs
from grader.commands.credentials.badges import Award
from grader.model.class_report import ClassReport
from grader.model.errors import GraderError
from grader.reports import harmless

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

FOLDER = "credentials"
MAX_BYTES = 2**20


def issue(report: ClassReport, award: Award, key: "Ed25519PrivateKey", to: Path) -> int:
    """Write a file for each learner who has reached the bar, and say how many have.

    A file that says the same already stays as it is; those of who is below are removed. Raises
    GraderError.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    issued = set()
    try:
        for learner in report.learners:
            points = badges.reached(learner, award)
            if points is None:
                continue
            path = to / FOLDER / f"{learner.feedback}.json"
            document = badges.credential(report, learner, award, points)
            if not _is_there(path, document, key.public_key()):
                signed = proofs.signed({**document, "validFrom": now}, key, now)
                verdicts.write(path, json.dumps(signed, indent=1, ensure_ascii=False) + "\n")
            issued.add(path)
        for path in (to / FOLDER).glob("*.json"):
            if path not in issued:
                path.unlink()
    except OSError as error:
        raise folder.unwritable(to, error) from None
    return len(issued)


def _is_there(path: Path, document: dict[str, Any], key: "Ed25519PublicKey") -> bool:
    if not path.exists():
        return False
    try:
        known = read(path)
    except GraderError:
        return False
    return known.get("id") == document["id"] and not proofs.problem(known, key)


def read(path: Path) -> dict[str, Any]:
    """The document in that file. Raises GraderError."""
    shown = harmless.line(str(path))
    try:
        data = path.read_bytes()
        document = json.loads(data) if len(data) <= MAX_BYTES else None
    except OSError as error:
        raise GraderError(
            f"{shown} cannot be read: {error.strerror}.", "Name the credential's file."
        ) from None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise GraderError(f"{shown} is no credential.", "Name the JSON file that was handed out.")
    return document


def problem(document: dict[str, Any], key: "Ed25519PublicKey") -> str:
    """Why it is not valid now; empty when it is."""
    if why := proofs.problem(document, key):
        return why
    issuer = document.get("issuer")
    if (issuer.get("id") if isinstance(issuer, dict) else issuer) != keys.did(key):
        return "it names another issuer than who has signed it"
    types = document.get("type")
    if not {"OpenBadgeCredential", "AchievementCredential"} & set(
        types if isinstance(types, list) else []
    ):
        return "it is signed, and is no Open Badge"
    now = datetime.now(UTC)
    try:
        if now < datetime.fromisoformat(document["validFrom"]):
            return f"it is valid only from {document['validFrom']}"
        if "validUntil" in document and datetime.fromisoformat(document["validUntil"]) < now:
            return f"it has expired on {document['validUntil']}"
    except (KeyError, TypeError, ValueError):
        return "it does not say from when it is valid"
    return ""


def summary(document: dict[str, Any]) -> str:
    """Whom a genuine one is for, and for what."""
    try:
        subject = document["credentialSubject"]
        who = ", ".join(str(each["identityHash"]) for each in subject["identifier"])
        what, points = subject["achievement"]["description"], subject["result"][0]["value"]
        of = subject["achievement"]["resultDescription"][0]["valueMax"]
        return f"{who}: {points} of {of} points. {what}"
    except (KeyError, IndexError, TypeError):
        return "It says nothing that this grader writes."
