"""The key pair that credentials are signed with: Ed25519, as PEM files."""

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

from grader.model.errors import GraderError
from grader.reports import harmless

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

PRIVATE, PUBLIC = "credential.key", "credential.pub"
ED25519 = b"\xed\x01"
"""Multicodec's prefix of such a public key."""


def require() -> None:
    """Raise GraderError when the extra is not installed."""
    try:
        import base58  # noqa: F401 - whether it is there
        import cryptography  # noqa: F401
        import rfc8785  # noqa: F401
    except ImportError:
        raise GraderError(
            "What signs credentials is not installed here.",
            'Install it: pip install "awaitlings[credentials]"',
        ) from None


def make(folder: Path) -> tuple[Path, Path]:
    """A new key pair in `folder`: the private key for nobody else's eyes, the public one.

    Never replaces a file. Raises GraderError.
    """
    require()
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    public = key.public_key().public_bytes(
        forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo
    )
    paths = folder / PRIVATE, folder / PUBLIC
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in paths:  # before the first is written: half a pair is worse than none
            if os.path.lexists(path):
                raise FileExistsError(errno.EEXIST, "", str(path))
        for path, data, mode in zip(paths, (secret, public), (0o600, 0o644), strict=True):
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                file.write(data)
    except FileExistsError as error:
        raise GraderError(
            f"{harmless.line(str(error.filename))} is there already, and a key is never replaced.",
            "Name another folder.",
        ) from None
    except OSError as error:
        raise GraderError(
            f"{harmless.line(str(folder))} cannot be written: {error.strerror}.",
            "Name a folder that you may write to.",
        ) from None
    return paths


def private(path: Path) -> "Ed25519PrivateKey":
    """The private key in that file. Raises GraderError."""
    require()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    data = _read(path)
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError):  # TypeError: it has a password
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise GraderError(
            f"{harmless.line(str(path))} holds no private Ed25519 key without a password.",
            "Make one: grader credential key DIR",
        )
    return key


def public(path: Path) -> "Ed25519PublicKey":
    """The public key in that file. Raises GraderError."""
    require()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    data = _read(path)
    try:
        key = load_pem_public_key(data)
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise GraderError(
            f"{harmless.line(str(path))} holds no public Ed25519 key.",
            f"Name the teacher's {PUBLIC}.",
        )
    return key


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise GraderError(
            f"The key {harmless.line(str(path))} cannot be read: {error.strerror}.",
            "Name the key's file.",
        ) from None


def did(key: "Ed25519PublicKey") -> str:
    """The key as a did:key, from which a verifier reads it without asking anybody."""
    import base58

    return f"did:key:z{base58.b58encode(ED25519 + key.public_bytes_raw()).decode()}"


def method(key: "Ed25519PublicKey") -> str:
    """The verification method of that did, which is the key once more."""
    name = did(key)
    return f"{name}#{name.removeprefix('did:key:')}"
