"""Commands for a course without a clone: init, update."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import app, make_console
from grader.model.errors import GraderError
from grader.wording import count

if TYPE_CHECKING:
    from grader.commands.home.following import Changes
    from grader.course.exercises import Course
    from grader.course.manifests import Manifest


@app.command()
def init(
    folder: Annotated[
        Path,
        typer.Argument(help="A new or empty folder; without it, this one.", show_default=False),
    ] = Path(),
    course: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="The course, where several are installed.", show_default=False
        ),
    ] = None,
) -> None:
    """Make a folder with the lessons and stubs of an installed course, to work in.

    Example: `grader init async`
    """
    from grader.commands.home import contents, making
    from grader.commands.packs import building
    from grader.course import marks
    from grader.course.folders import MARK
    from grader.course.marks import Mark
    from grader.reports import terminal

    found = _installed(course)
    manifest = building.manifest_of(found)
    files = contents.files(found)
    mark = Mark(manifest.id, manifest.version, {p: marks.digest(d) for p, d in files.items()})
    making.write({**files, MARK: marks.line(mark)}, folder)
    print(f"{manifest.title} {manifest.version}: {count(len(found.exercises), 'exercise')}.")
    if manifest.welcome:
        print()
        terminal.say(make_console(), manifest.welcome.strip())
    enter = "" if folder.resolve() == Path.cwd().resolve() else f"cd {folder} && "
    print(f"\nNext: {enter}grader watch")


@app.command()
def update() -> None:
    """Bring a folder of `grader init` to the course as it is installed now.

    Lessons and stubs that you have not touched are replaced; what you have changed is kept, and
    you are told where the course has changed as well. First: `pip install --upgrade awaitlings`.

    Example: `grader update`
    """
    from grader.commands.home import contents, following
    from grader.commands.packs import building
    from grader.course import exercises

    found = exercises.around(Path.cwd())
    if found.home is None:
        raise GraderError(
            f"{found.root} is a course itself, and no folder of grader init.",
            "In a clone, `git pull` brings the newest; commit your work first.",
        )
    manifest = building.manifest_of(found)
    changes = following.follow(found, contents.files(found), manifest.version)
    _tell(found, manifest, changes)


def _installed(id: str | None) -> "Course":
    from grader.course import exercises, packs

    known = packs.installed()
    if id is None and len(known) == 1:
        (id,) = known
    if id is None and known:
        first = next((each for each in known if each != packs.OWN), packs.OWN)
        raise GraderError(
            f"Several courses are installed: {', '.join(sorted(known))}.",
            f"Name one: grader init --course {first}",
        )
    return exercises.load(packs.find(id or packs.OWN))


def _tell(found: "Course", manifest: "Manifest", changes: "Changes") -> None:
    from grader.course import stubs

    same = changes.before == manifest.version
    print(f"{manifest.title} {'' if same else f'{changes.before} -> '}{manifest.version}.")
    told = (
        ("replaced", changes.replaced),
        ("added", changes.added),
        ("removed", changes.removed),
    )
    done = [f"{count(len(paths), 'file')} {what}" for what, paths in told if paths]
    if not (done or changes.kept or changes.moved):
        print("Everything is as it should be; nothing was changed.")
        return
    if done:
        print(f"{', '.join(done)}.")
    for old, new in changes.moved.items():
        print(f"{old} is {new} now, with your work in it.")
    worked = [e for e in found.exercises if e.slug in changes.lessons and not stubs.is_original(e)]
    if changes.lessons:
        print(f"Lessons that have changed: {', '.join(changes.lessons)}")
    for exercise in worked:
        print(
            f"You have worked on {exercise.slug}: read its task again with "
            f"`grader lesson {exercise.slug}`, then `grader run {exercise.slug}`."
        )
    by_stub = {f"exercises/{e.folder}/{e.file}": e for e in found.exercises}
    for path in changes.kept:
        if path in by_stub:
            print(
                f"{path} is kept as you have it; the course has another stub. "
                f"`grader reset {by_stub[path].slug}` brings it, and keeps yours beside it."
            )
        else:
            print(f"{path} is kept as you have it; the course's is another one now, or gone.")
