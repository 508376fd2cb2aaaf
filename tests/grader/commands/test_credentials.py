"""Credentials: what is signed is what the standards say, and nothing else is taken for genuine.

Each is held against the published JSON schema of Open Badges 3.0 (1EdTech,
ob_v3p0_achievementcredential_schema.json). Its licence does not let us put a copy here: where
AWAITLINGS_OB3_SCHEMA names one, it is used, and else what it requires of the parts that we write.
"""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import base58
import jsonschema
import pytest
from cryptography.hazmat.primitives import serialization as forms
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from typer.testing import CliRunner

from grader.cli.options import app
from grader.commands.credentials import badges, issuing, keys, proofs
from grader.course.manifests import Manifest
from grader.model.class_report import (
    ClassAnswer,
    ClassExercise,
    ClassReport,
    ClassTest,
    Learner,
    LearnerState,
)
from grader.model.errors import GraderError

MANIFEST = Manifest(format=1, id="plain", title="Plain", version="1.2", license="MIT")
CREATED = "2023-02-24T23:36:38Z"
VECTOR = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/examples/v2",
    ],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
"""The example of vc-di-eddsa, "Representation: eddsa-jcs-2022", with its key and its signature."""
VECTOR_KEY = "3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
VECTOR_DID = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
VECTOR_VALUE = (
    "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"
)
REQUIRED: dict[str, Any] = {
    "required": ["@context", "id", "type", "credentialSubject", "issuer", "validFrom", "proof"],
    "properties": {
        "@context": {"const": badges.CONTEXT},
        "type": {"contains": {"const": "OpenBadgeCredential"}},
        "validFrom": {"type": "string", "format": "date-time"},
        "issuer": {"required": ["id", "type"]},
        "evidence": {"items": {"required": ["type"]}},
        "proof": {"type": "array", "items": {"required": ["type"]}},
        "credentialSubject": {
            "required": ["type", "achievement", "identifier"],
            "properties": {
                "identifier": {
                    "items": {
                        "required": ["type", "hashed", "identityHash", "identityType"],
                        "properties": {"identityType": {"enum": ["userName", "name"]}},
                    }
                },
                "achievement": {
                    "required": ["id", "type", "criteria", "description", "name"],
                    "properties": {
                        "resultDescription": {
                            "items": {"required": ["id", "type", "name", "resultType"]}
                        }
                    },
                },
                "result": {"items": {"required": ["type"]}},
            },
        },
    },
}
"""What the published schema requires of what we write."""
COPY = os.environ.get("AWAITLINGS_OB3_SCHEMA")
SCHEMA = json.loads(Path(COPY).read_text()) if COPY else REQUIRED


def report(points: dict[str, int | None]) -> ClassReport:
    """A class with one exercise of 10 points."""
    test = ClassTest(id="test_a", title="A", max_points=10)
    exercise = ClassExercise(
        id="tea", number=1, title="Tea", max_points=10, suite="5" * 64, tests=[test]
    )
    learners = []
    for name, earned in points.items():
        state: LearnerState = "graded" if earned is not None else "not graded"
        answer = ClassAnswer(
            exercise="tea",
            status="not_graded" if earned is None else "passed" if earned == 10 else "failed",
            points=earned,
            digest="",
            verdict="v",
            reason="",
        )
        learners.append(
            Learner(id=name, name=name.title(), state=state, feedback=name, answers=[answer])
        )
    return ClassReport(
        schema="awaitlings/class/1",
        isolation="sandbox",
        python="3.13.1",
        libraries="1" * 64,
        grader="2" * 64,
        exercises=[exercise],
        learners=learners,
    )


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    return keys.make(tmp_path / "keys")


Issue = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture
def issue(tmp_path: Path, pair: tuple[Path, Path]) -> Issue:
    """Issues for a class, and reads what is there then."""

    def issue(points: dict[str, int | None], bar: str = badges.ALL) -> dict[str, dict[str, Any]]:
        key = keys.private(pair[0])
        of = report(points)
        award = badges.award(of, MANIFEST, keys.did(key.public_key()), "A School", bar)
        issuing.issue(of, award, key, tmp_path)
        files = sorted((tmp_path / issuing.FOLDER).glob("*"))
        return {path.stem: json.loads(path.read_text()) for path in files}

    return issue


def test_the_example_of_the_standard() -> None:
    """The same document and key give the signature that the W3C has published."""
    key = Ed25519PrivateKey.from_private_bytes(base58.b58decode(VECTOR_KEY)[2:])
    assert keys.did(key.public_key()) == VECTOR_DID
    signed = proofs.signed(VECTOR, key, CREATED)
    assert signed["proof"][0]["proofValue"] == VECTOR_VALUE
    assert proofs.problem(signed, key.public_key()) == ""
    assert proofs.problem({**VECTOR, "proof": signed["proof"][0]}, key.public_key()) == ""


def test_who_reaches_the_bar(issue: Issue, pair: tuple[Path, Path]) -> None:
    """They get a file that says whom, what and with what it was graded, and is genuine."""
    issued = issue({"ada": 10, "bob": 9, "cyd": None, "dan": 8}, "90%")
    assert sorted(issued) == ["ada", "bob"]
    text = json.dumps(issued["bob"])
    for words in ("bob", "Bob", "A School", "Plain", "1.2", "tea", "9 of 10 points", "5" * 64):
        assert words in text
    assert "ada" not in text
    assert issued["bob"]["credentialSubject"]["result"][0]["value"] == "9"
    for document in issued.values():
        jsonschema.Draft201909Validator(SCHEMA).validate(document)
        assert issuing.problem(document, keys.public(pair[1])) == ""


def test_the_same_points_keep_their_file(issue: Issue) -> None:
    """Other points, or a damaged file, make another one; who is below has none any more."""
    first = issue({"ada": 10, "bob": 9}, "5")
    assert issue({"ada": 10, "bob": 9}, "5") == first
    second = issue({"ada": 10, "bob": 8}, "5")
    assert second["ada"] == first["ada"]
    assert second["bob"]["id"] != first["bob"]["id"]
    assert sorted(issue({"ada": 10, "bob": 4}, "5")) == ["ada"]


def test_lateness_counts() -> None:
    """The bar is for the points after it."""
    of = report({"ada": 10})
    award = badges.award(of, MANIFEST, "", "", "8")
    late = of.learners[0].model_copy(update={"after_late": 7.5})
    assert badges.reached(of.learners[0], award) == 10
    assert badges.reached(late, award) is None


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"name": "Another"}, "it was changed after it was signed"),
        ({"validUntil": "2099-01-01T00:00:00Z"}, "it was changed after it was signed"),
        ({"proof": []}, "it has no proof of the kind eddsa-jcs-2022"),
        ({"@context": []}, "its proof is for something else"),
        ({"name": float("nan")}, "it was changed after it was signed"),
    ],
)
def test_a_changed_file(
    issue: Issue, pair: tuple[Path, Path], changed: dict[str, Any], why: str
) -> None:
    """It is not valid, and one sentence says why."""
    document = issue({"ada": 10})["ada"]
    assert issuing.problem({**document, **changed}, keys.public(pair[1])) == why


@pytest.mark.parametrize("value", ["", "z", "z0OIl", "u1234", None, "z" + "1" * 100])
def test_a_changed_signature(issue: Issue, pair: tuple[Path, Path], value: str | None) -> None:
    """No other value is one."""
    document = issue({"ada": 10})["ada"]
    document["proof"][0]["proofValue"] = value
    why = issuing.problem(document, keys.public(pair[1]))
    assert why == "it was changed after it was signed"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"validUntil": "2020-01-01T00:00:00Z"}, "it has expired on 2020-01-01T00:00:00Z"),
        ({"validFrom": "2999-01-01T00:00:00Z"}, "it is valid only from 2999-01-01T00:00:00Z"),
        ({"validFrom": "2020-01-01T00:00:00"}, "it does not say from when it is valid"),
        ({"validFrom": 1}, "it does not say from when it is valid"),
        ({"issuer": "did:key:z6Mk"}, "it names another issuer than who has signed it"),
        ({"type": ["VerifiableCredential"]}, "it is signed, and is no Open Badge"),
    ],
)
def test_signed_and_not_valid(
    issue: Issue, pair: tuple[Path, Path], changed: dict[str, Any], why: str
) -> None:
    """What its own issuer has signed can be out of its time, or something else."""
    document = issue({"ada": 10})["ada"]
    del document["proof"]
    signed = proofs.signed({**document, **changed}, keys.private(pair[0]), CREATED)
    assert issuing.problem(signed, keys.public(pair[1])) == why


@pytest.mark.parametrize("bar", ["0", "0%", "11", "101%", "-1", "", "most", "50 %"])
def test_no_bar(bar: str) -> None:
    """It is between a point and all of them."""
    with pytest.raises(GraderError, match="which is not between 1 and the 10 points"):
        badges.points_of(bar, 10)


@pytest.mark.parametrize(("bar", "points"), [("1", 1), ("1%", 1), ("81%", 9), ("100%", 10)])
def test_bars(bar: str, points: int) -> None:
    """A share is rounded up."""
    assert badges.points_of(bar, 10) == points


def test_keys(tmp_path: Path) -> None:
    """The private one is the owner's alone, and neither is ever replaced."""
    private, public = keys.make(tmp_path / "keys")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    before = private.read_bytes(), public.read_bytes()
    for again in (tmp_path / "keys", public):
        with pytest.raises(GraderError):
            keys.make(again)
    private.unlink()
    with pytest.raises(GraderError, match=r"credential\.pub is there already"):
        keys.make(tmp_path / "keys")
    assert public.read_bytes() == before[1]
    assert not private.exists()


def test_wrong_keys(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    """Each is named in one sentence."""
    pem = (forms.Encoding.PEM, forms.PrivateFormat.PKCS8)
    rsa, locked = tmp_path / "rsa", tmp_path / "locked"
    rsa.write_bytes(generate_private_key(65537, 2048).private_bytes(*pem, forms.NoEncryption()))
    locked.write_bytes(
        Ed25519PrivateKey.generate().private_bytes(*pem, forms.BestAvailableEncryption(b"word"))
    )
    for path in (rsa, locked, pair[1]):
        with pytest.raises(GraderError, match="holds no private Ed25519 key without a password"):
            keys.private(path)
    for path in (rsa, pair[0]):
        with pytest.raises(GraderError, match="holds no public Ed25519 key"):
            keys.public(path)
    with pytest.raises(GraderError, match=r"The key .*none cannot be read: No such file"):
        keys.private(tmp_path / "none")


def test_the_command(issue: Issue, tmp_path: Path, pair: tuple[Path, Path]) -> None:
    """It says who and what with 0, or why not with 1."""
    issue({"ada": 10})
    path = tmp_path / issuing.FOLDER / "ada.json"
    words = ["credential", "verify", str(path), "--key"]
    done = CliRunner().invoke(app, [*words, str(pair[1])])
    assert done.exit_code == 0
    assert "is genuine. ada, Ada: 10 of 10 points. 1 exercise of Plain: tea." in done.output
    other = keys.make(tmp_path / "other")[1]
    done = CliRunner().invoke(app, [*words, str(other)])
    assert done.exit_code == 1
    assert "is not valid: it was signed with another key." in done.output


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, '"a"'])
def test_no_credential(tmp_path: Path, text: str) -> None:
    """A file that is none is named."""
    path = tmp_path / "ada.json"
    path.write_text(text)
    with pytest.raises(GraderError, match=r"ada\.json is no credential"):
        issuing.read(path)
