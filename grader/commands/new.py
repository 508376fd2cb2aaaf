"""`grader new`: the files of a new exercise in all three places, ready to be written."""

import contextlib
import json
import re
from pathlib import Path

from grader.course.exercises import Course
from grader.course.folders import SETTINGS
from grader.model.errors import GraderError

SLUG = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

STUB = '''"""TODO: one sentence about the program, in the words of its users."""

import asyncio

from fastapi import FastAPI

app = FastAPI()


async def look_up(item_id: int) -> dict:
    """The slow part. Given; leave it as it is."""
    await asyncio.sleep(0.5)
    return {{"item": item_id}}


@app.get("/items/{{item_id}}")
async def get_item(item_id: int) -> dict:
    """TODO: what the learner writes."""
    raise NotImplementedError("{slug}: TODO, what to do")
'''

SOLVED = """    return await look_up(item_id)
"""

SUITE = '''"""TODO: the question that this suite answers."""

import random

from grader.suite import (same, status, token)


async def test_the_item_is_looked_up(client, clock, fake):
    """The item comes back after 0.5 s, looked up once."""
    item = random.randint(10_000, 99_999)
    lookup = fake("look_up", takes=0.5, returns=lambda item_id: {{"note": token()}})
    with clock.takes(0.5, looked_up_twice=1.0):
        response = await client.get(f"/items/{{item}}")
    status(response, 200)
    same(response.json(), lookup.result)
    lookup.was_called_once_with(item)
'''

TOML = """title = "TODO: what the learner builds"
level = "beginner"
chapter = {chapter}
teaches = "TODO: the one thing that is learnt."
hints = [
    "TODO: a nudge.",
    "TODO: a direction.",
    "TODO: nearly there.",
]
requests = ["GET /items/1"]
"""

LESSON = """# TODO: what the learner builds

TODO: the production story, in two sentences. Down to the task, 300 to 500 words.

## Predict

TODO: a question that makes the reader predict a time.

## The picture

```text
TODO: before and after, as a timeline
```

## An example

TODO: the smallest working example, in another domain.

```python
print("TODO")
```

```text
TODO: exactly what it prints
```

## Task

TODO: what to write, with every graded number, in 150 to 250 words.

## After passing

TODO: other right shapes, and wrong turns with what production sees.
"""


def files(slug: str, number: int, chapter: str) -> dict[str, str]:
    """The texts of a new exercise, by their paths below the course's root."""
    folder = f"{number:02}_{slug}"
    stub = STUB.format(slug=slug)
    raises = re.compile(r"    raise NotImplementedError.*\n")
    return {
        f"exercises/{folder}/README.md": LESSON,
        f"exercises/{folder}/{slug}.py": stub,
        f"solutions/{folder}/{slug}.py": raises.sub(SOLVED, stub),
        f"tests/exercises/{folder}/stub.py": stub,
        f"tests/exercises/{folder}/{SETTINGS}": TOML.format(chapter=json.dumps(chapter)),
        f"tests/exercises/{folder}/test_{slug}.py": SUITE.format(),
    }


def create(course: Course, slug: str, number: int | None) -> list[Path]:
    """Write the files of exercise `slug`; without `number`, after the last one.

    Raises GraderError when the name or the number is taken or no good.
    """
    if not SLUG.fullmatch(slug):
        raise GraderError(
            f"{slug!r} is no name for an exercise.",
            "Use lower-case words joined by underscores, for instance last_ticket.",
        )
    known = {exercise.number: exercise for exercise in course.exercises}
    if any(exercise.slug == slug for exercise in course.exercises):
        raise GraderError(f"There is an exercise {slug} already.", "Choose another name.")
    chosen = max(known, default=0) + 1 if number is None else number
    if chosen in known or not 1 <= chosen <= 99:
        taken = f"{known[chosen].slug} has it" if chosen in known else "numbers go from 1 to 99"
        raise GraderError(
            f"Number {chosen} cannot be used: {taken}.", "Choose another with --number."
        )
    folder = f"{chosen:02}_{slug}"
    before = [exercise for exercise in course.exercises if exercise.number < chosen]
    chapter = before[-1].settings.chapter if before else course.exercises[0].settings.chapter
    texts = files(slug, chosen, chapter)
    for name in texts:
        if (course.root / name).exists():
            raise GraderError(f"{name} is there already.", "Remove it, or choose another name.")
    written = []
    try:
        for name, text in texts.items():
            path = course.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            written.append(path)
            path.write_text(text, encoding="utf-8")
        for kind in ("right", "wrong"):
            (course.root / "solutions" / folder / kind).mkdir(exist_ok=True)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                path.parent.rmdir()
        raise GraderError(
            f"The files of {slug} cannot be written: {error.strerror or error}.",
            "Nothing of it is left; look at the rights of the course's folders, and at the space.",
        ) from None
    return written
