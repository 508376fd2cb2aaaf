"""Makes packages of a course: wheels, with its solutions or without, and an sdist.

A wheel is a zip, and a course is data: so nothing of it runs to make one. The same course gives
the same bytes.
"""

import base64
import hashlib
import io
import tarfile
from pathlib import Path

from packaging.version import Version

from grader.commands.export.contents import Files, archive
from grader.course import manifests, packs, parcel
from grader.course.exercises import Course
from grader.course.manifests import Manifest
from grader.model.errors import GraderError


def wheel(course: Course, to: Path, *, solutions: bool) -> Path:
    """What is installed: the course's folder beside the other packages."""
    manifest = manifest_of(course)
    files = {
        f"{manifest.id}/{path.relative_to(course.root).as_posix()}": path.read_bytes()
        for path in parcel.files(course.root, solutions=solutions)
    }
    return _write_wheel(manifest, files, course.root, to)


def both(course: Course, to: Path) -> list[Path]:
    """A learner's wheel, and a teacher's, below `to`. Raises GraderError."""
    if manifest_of(course).id == packs.OWN:
        raise GraderError(
            "The package of Awaitlings has the grader in it as well, so this cannot make it.",
            "Run: python -m build; with AWAITLINGS_SOLUTIONS=off it is one without solutions.",
        )
    made = []
    try:
        for name, solutions in (("learner", False), ("teacher", True)):
            (to / name).mkdir(parents=True, exist_ok=True)
            made.append(wheel(course, to / name, solutions=solutions))
    except OSError as error:
        for path in made:
            path.unlink(missing_ok=True)
        raise GraderError(
            f"{to} cannot be written to: {error.strerror or error}.",
            "Name a folder that you may write to, with --to.",
        ) from None
    return made


def editable(course: Course, to: Path) -> Path:
    """It only says that the course is there: packs.py finds the author's folder by itself."""
    return _write_wheel(manifest_of(course), {}, course.root, to)


def sdist(course: Course, to: Path) -> Path:
    """Of what a wheel can be made."""
    manifest = manifest_of(course)
    name = f"{manifest.id}-{Version(manifest.version)}"
    paths = [*parcel.files(course.root), course.root / "pyproject.toml"]
    files = {path.relative_to(course.root).as_posix(): path.read_bytes() for path in paths}
    readme = course.root / "README.md"
    files |= {"README.md": readme.read_bytes()} if readme.is_file() else {}
    files["PKG-INFO"] = _metadata(manifest, course.root)
    place = to / f"{name}.tar.gz"
    with tarfile.open(place, "w:gz", format=tarfile.PAX_FORMAT) as file:
        for path in sorted(files):
            info = tarfile.TarInfo(f"{name}/{path}")
            info.size = len(files[path])
            file.addfile(info, io.BytesIO(files[path]))
    return place


def manifest_of(course: Course) -> Manifest:
    """Raises GraderError for a course that does not say what it is."""
    if course.manifest is None:
        raise GraderError(
            f"The course in {course.root} has no {manifests.FILE}.",
            "`grader course new` shows what it holds.",
        )
    return course.manifest


def _write_wheel(manifest: Manifest, files: Files, root: Path, to: Path) -> Path:
    name = f"{manifest.id}-{Version(manifest.version)}"
    info = f"{name}.dist-info"
    files = {
        **files,
        f"{info}/METADATA": _metadata(manifest, root),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: grader course build\n"
        b"Root-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[{packs.GROUP}]\n{manifest.id} = {manifest.id}\n".encode(),
    }
    if (root / "LICENSE").is_file():
        files[f"{info}/licenses/LICENSE"] = (root / "LICENSE").read_bytes()
    record = [f"{path},sha256={_digest(data)},{len(data)}" for path, data in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
    place = to / f"{name}-py3-none-any.whl"
    place.write_bytes(archive(files))
    return place


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def _metadata(manifest: Manifest, root: Path) -> bytes:
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {manifest.id.replace('_', '-')}",
        f"Version: {Version(manifest.version)}",
        f"Summary: {' '.join(manifest.title.split())}",
        f"License-Expression: {manifest.license}",
        "Requires-Python: >=3.11",
        f"Requires-Dist: awaitlings{manifest.grader}",
        *(f"Requires-Dist: {line}" for line in manifest.dependencies),
    ]
    if (root / "LICENSE").is_file():
        lines.append("License-File: LICENSE")
    readme = root / "README.md"
    if readme.is_file():
        page = parcel.description(readme.read_text(encoding="utf-8"))
        lines += ["Description-Content-Type: text/markdown", "", page]
    return "\n".join([*lines, ""]).encode()
