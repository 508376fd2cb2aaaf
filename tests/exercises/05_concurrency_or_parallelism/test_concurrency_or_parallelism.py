"""Do the thumbnails compute two at a time and off the loop, and do the uploads overlap."""

import asyncio
import itertools
import multiprocessing
import os
import random
import sys
import weakref
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, asynccontextmanager

import pytest

from grader.suite import at_most, called, expect, not_hidden, same, status, token

pytestmark = [
    pytest.mark.except_for('in_a_crowd', 'the computing has two processes for everybody'),
    pytest.mark.except_for('someone_leaves', 'what computes in another process cannot be cut short'),
]

SLOTS = 2
FORK = "fork" in multiprocessing.get_all_start_methods()
threads = pytest.mark.usefixtures("pools")
"""Threads stand in for the processes: sleep is the computing."""


def some_photos(number):
    return [f"{token()}.jpg" for _ in range(number)]


def thumbnail_of(photo):
    return {"photo": photo, "checksum": random.randrange(1_000_003), "made_by": os.getpid()}


def url_of(thumbnail):
    return f"https://photos.example/{token()}/{thumbnail['photo']}"


@pytest.fixture
def real_processes(answer, monkeypatch):
    """Pools of real processes, which end with the test; gives those that got work."""
    context = multiprocessing.get_context("fork" if FORK else "spawn")
    used = weakref.WeakSet()
    submit = ProcessPoolExecutor.submit

    def noting(pool, *args, **kwargs):
        used.add(pool)
        return submit(pool, *args, **kwargs)

    monkeypatch.setattr(ProcessPoolExecutor, "submit", noting)
    with ExitStack() as pools:

        class Pool(ProcessPoolExecutor):
            def __init__(self, max_workers=None, **_):
                super().__init__(max_workers or SLOTS, mp_context=context)
                pools.callback(self.shutdown)

        given = answer.cpu_pool()
        answer.replace("ProcessPoolExecutor", Pool)
        if hasattr(answer.cpu_pool, "cache_clear"):
            answer.cpu_pool.cache_clear()
        module = sys.modules[answer.__name__]
        for name, value in list(vars(module).items()):
            if isinstance(value, ProcessPoolExecutor):
                setattr(module, name, answer.cpu_pool() if value is given else Pool())
        yield used


def at_most_two(trace):
    most = trace.peak("make_thumbnail")
    at_most(most, SLOTS, "make_thumbnail", expected=f"{SLOTS} thumbnails at a time")


@asynccontextmanager
async def heartbeat(clock):
    """Meanwhile, a task that wakes every 0.1 s is never late."""
    beats = [clock.now()]

    async def beat():
        for _ in range(300):
            await clock.sleep(0.1)
            beats.append(clock.now())

    task = asyncio.create_task(beat())
    try:
        yield
        await clock.sleep(0.15)
    finally:
        task.cancel()
    start, end = max(itertools.pairwise(beats), key=lambda pair: pair[1] - pair[0])
    clock.check(start, end, 0.1)


@threads
@pytest.mark.points(2)
async def test_four_photos(client, clock, fake, trace):
    """Four thumbnails (1 s each, two at a time) and their uploads (0.3 s) take 2.3 s."""
    made = fake("make_thumbnail", takes=1.0, returns=thumbnail_of)
    stored = fake("upload", takes=0.3, returns=url_of)
    with clock.takes(2.3, with_thumbnails_one_by_one=4.3, with_uploads_one_by_one=3.2):
        response = await client.post("/albums", json={"photos": some_photos(4)})
        at_most_two(trace)
    status(response, 200)
    made.was_called(4)
    stored.was_called(4)


@threads
async def test_six_photos(client, clock, fake, trace):
    """Six thumbnails of 0.4 s each, and uploads of 0.7 s, take 1.9 s."""
    fake("make_thumbnail", takes=0.4, returns=thumbnail_of)
    fake("upload", takes=0.7, returns=url_of)
    with clock.takes(1.9, with_thumbnails_one_by_one=3.1, with_uploads_one_by_one=5.4):
        response = await client.post("/albums", json={"photos": some_photos(6)})
        at_most_two(trace)
    status(response, 200)


@threads
async def test_the_loop_stays_free(client, clock, fake):
    """While the thumbnails compute, a task on the loop that wakes every 0.1 s is never late."""
    made = fake("make_thumbnail", takes=1.0, returns=thumbnail_of)
    fake("upload", takes=0.3, returns=url_of)
    async with heartbeat(clock):
        response = await client.post("/albums", json={"photos": some_photos(4)})
    status(response, 200)
    made.was_called(4)


@threads
async def test_two_albums_share_the_pool(client, clock, fake, trace):
    """Two albums of four photos at once still compute two at a time: 4.3 s for both."""
    fake("make_thumbnail", takes=1.0, returns=thumbnail_of)
    fake("upload", takes=0.3, returns=url_of)
    with clock.takes(4.3, with_thumbnails_one_by_one=8.3):
        responses = await asyncio.gather(
            *(client.post("/albums", json={"photos": some_photos(4)}) for _ in range(2))
        )
        at_most_two(trace)
    for response in responses:
        status(response, 200)
    albums = [some_photos(20), some_photos(20)]
    made = fake("make_thumbnail", returns=thumbnail_of)
    stored = fake("upload", takes=1.0, returns=url_of)
    what = "Two albums whose thumbnails take no time were there"
    with clock.takes(1.0, what=what, one_album_at_a_time=2.0):
        responses = await asyncio.gather(
            *(client.post("/albums", json={"photos": photos}) for photos in albums)
        )
    for photos, response in zip(albums, responses, strict=True):
        status(response, 200)
        urls = [stored.result_for(made.result_for(photo)) for photo in photos]
        same(response.json(), {"urls": urls})


@threads
async def test_each_photo_has_its_url(client, clock, fake):
    """The answer lists one URL per photo, in the order of the photos, whichever is done first."""
    photos = some_photos(5)
    seconds = dict(zip(photos, [0.9, 0.2, 0.5, 0.1, 0.3], strict=True))
    made = fake("make_thumbnail", takes=lambda photo: seconds[photo], returns=thumbnail_of)
    stored = fake("upload", takes=lambda thumbnail: seconds[thumbnail["photo"]], returns=url_of)
    start = clock.now()
    response = await client.post("/albums", json={"photos": photos})
    took = clock.now() - start
    status(response, 200)
    made.was_called(5)
    stored.was_called(5)
    urls = [stored.result_for(made.result_for(photo)) for photo in photos]
    same(response.json(), {"urls": urls})
    if took > 2.0 * clock.stretch:  # sooner where an upload begins with its thumbnail
        clock.check(start, start + took, 2.0, with_pairs_that_wait_for_each_other=2.6)
    response = await client.post("/albums", json={"photos": [photos[0], photos[0]]})
    body = response.json()
    urls = body.get("urls") if isinstance(body, dict) else body
    twice = len(urls) if isinstance(urls, list) else 0
    expect(twice == 2, "value", "2 URLs for a photo that is there twice", f"{twice}", path="urls")
    both = all(call.result in urls for call in stored.calls[5:])
    wanted = "the URL of each upload of a photo that is there twice"
    expect(both, "value", wanted, "a list that lacks one", path="urls")


@pytest.mark.except_for("after_failures", "real processes would go on computing for others")
@pytest.mark.except_for("started_again", "real processes would go on computing for others")
async def test_real_processes_compute(answer, real_processes, client, fake):
    """With a real pool of two processes, every thumbnail is made in one of its processes."""
    stored = fake("upload", takes=0.3, returns=url_of)
    for photos in (some_photos(4), some_photos(1)):
        response = await client.post("/albums", json={"photos": photos})
        status(response, 200)
    stored.was_called(5)
    for call in stored.calls:
        maker = call.arguments["thumbnail"]["made_by"]
        elsewhere = maker != os.getpid()
        expect(elsewhere, "value", "a process of the pool", "the app's own process", path="made_by")
    other = [pool for pool in real_processes if pool is not answer.cpu_pool()]
    expect(
        not other,
        "value",
        "the pool that cpu_pool() gives",
        "another pool of processes",
        step="Hand the work to the pool that cpu_pool() gives: all albums share its two processes.",
    )


@threads
async def test_a_broken_photo_is_no_success(client, fake):
    """When one photo of one album cannot be shrunk, only the other album's response is a 200."""
    good, bad = some_photos(4), some_photos(4)
    broken = random.choice(bad)
    problem = ValueError("not a photo")
    made = fake(
        "make_thumbnail",
        takes=1.0,
        returns=thumbnail_of,
        raises=lambda photo: problem if photo == broken else None,
    )
    fake("upload", takes=0.3, returns=url_of)
    stored, failed = await asyncio.gather(
        client.post("/albums", json={"photos": good}), client.post("/albums", json={"photos": bad})
    )
    status(stored, 200)
    not_hidden(failed)
    tried = sum(call.arguments["photo"] == broken for call in made.calls)
    called("make_thumbnail", tried, 1, expected="1 call for the photo that cannot be shrunk")
