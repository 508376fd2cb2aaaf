"""Data Integrity proofs of the suite eddsa-jcs-2022 (W3C, vc-di-eddsa), one of those that Open
Badges 3.0 allows: Ed25519 over two hashes of canonical JSON (RFC 8785)."""

import hashlib
from typing import TYPE_CHECKING, Any

from grader.commands.credentials import keys

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

KIND = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022"}
PURPOSE = "assertionMethod"

Document = dict[str, Any]


def signed(document: Document, key: "Ed25519PrivateKey", created: str) -> Document:
    """The document with its proof; `created` is a time in ISO 8601."""
    import base58

    options = {
        **KIND,
        "created": created,
        "verificationMethod": keys.method(key.public_key()),
        "proofPurpose": PURPOSE,
        "@context": document["@context"],
    }
    value = base58.b58encode(key.sign(_hashes(document, options))).decode()
    return {**document, "proof": [{**options, "proofValue": f"z{value}"}]}


def problem(document: Document, key: "Ed25519PublicKey") -> str:
    """Why the document is not as the owner of this key has signed it; empty when it is."""
    import base58
    from cryptography.exceptions import InvalidSignature

    proofs = document.get("proof")
    found = [
        proof
        for proof in (proofs if isinstance(proofs, list) else [proofs])
        if isinstance(proof, dict) and KIND.items() <= proof.items()
    ]
    if not found:
        return "it has no proof of the kind eddsa-jcs-2022"
    proof = found[0]
    if proof.get("proofPurpose") != PURPOSE or proof.get("@context") != document.get("@context"):
        return "its proof is for something else"
    if proof.get("verificationMethod") != keys.method(key):
        return "it was signed with another key"
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    plain = {name: value for name, value in document.items() if name != "proof"}
    try:
        value = str(proof.get("proofValue"))
        if value[:1] != "z":
            raise ValueError("not base58")
        key.verify(base58.b58decode(value[1:]), _hashes(plain, options))
    except (InvalidSignature, ValueError, RecursionError):
        return "it was changed after it was signed"
    return ""


def _hashes(document: Document, options: Document) -> bytes:
    """What is signed: that of the options, then that of the document."""
    import rfc8785

    both = (rfc8785.dumps(options), rfc8785.dumps(document))
    return b"".join(hashlib.sha256(data).digest() for data in both)
