"""Do jobs outlive their response, is their failure told, and does the app stop in time."""

import asyncio
import gc
import random

import pytest

from grader.suite import ended, same, status

JOB = "run_job"


def ids(number):
    return random.sample(range(10_000, 99_999), number)


async def start(client, jobs):
    for job in jobs:
        response = await client.post(f"/jobs/{job}")
        status(response, 202)
        same(response.json(), {"started": job})


def became(trace, outcomes):
    """What became of each job's call, by its id; of two calls, the later."""
    calls = {call.label: call for call in trace.named(JOB)}
    for job, outcome in outcomes.items():
        ended(calls[f"{JOB}({job})"], outcome)


@pytest.mark.points(2)
async def test_the_response_does_not_wait(client, clock, fake, trace):
    """Ten jobs of 2 s: each response is a 202 at 0.0 s, and all jobs are done at 2.0 s."""
    jobs = ids(10)
    work = fake(JOB, takes=2.0, background=True)
    begun = clock.now()
    with clock.takes(0.0, with_the_job=2.0):
        await asyncio.gather(*(start(client, [job]) for job in jobs))
    await clock.sleep(25.0)
    work.was_called(10)
    became(trace, dict.fromkeys(jobs, "done"))
    last = max(call.end for call in trace.named(JOB))
    clock.check(begun, last, 2.0, "The last job was done", one_by_one=20.0)


@pytest.mark.needs("test_the_response_does_not_wait")
@pytest.mark.points(2)
@pytest.mark.except_for("stretched", "the app waits for five seconds, however long a job takes")
async def test_the_stop_waits_five_seconds(client, clock, fake, trace):
    """Jobs of 2, 4, 30 and 40 s run when the app stops: 5.0 s; two are done, two cancelled."""
    short, longer, long, longest = ids(4)
    durations = {short: 2.0, longer: 4.0, long: 30.0, longest: 40.0}
    fake(JOB, takes=durations.get, background=True)
    await start(client, durations)
    with clock.stops(5.0, at_once=0.0, as_long_as_the_longest_job=40.0):
        await client.stop()
    became(trace, {short: "done", longer: "done", long: "cancelled", longest: "cancelled"})


@pytest.mark.needs("test_the_response_does_not_wait")
@pytest.mark.except_for("stretched", "the app waits for five seconds, however long a job takes")
async def test_the_stop_waits_no_longer_than_it_must(client, clock, fake, trace):
    """With one job that still needs 2 s, the app stops after 2.0 s, not after 5.0 s."""
    (job,) = ids(1)
    fake(JOB, takes=2.0, background=True)
    await start(client, [job])
    with clock.stops(2.0, at_once=0.0, the_full_time=5.0):
        await client.stop()
    became(trace, {job: "done"})


@pytest.mark.needs("test_the_response_does_not_wait")
async def test_an_idle_app_stops_at_once(client, clock, fake):
    """When all jobs are done, or none has come, the app stops after 0.0 s."""
    with clock.stops(0.0, the_full_time=5.0):
        await client.stop()
    await client.start_again()
    fake(JOB, takes=1.0, background=True)
    await start(client, ids(3))
    await clock.sleep(2.0)
    with clock.stops(0.0, the_full_time=5.0):
        await client.stop()


@pytest.mark.needs("test_the_response_does_not_wait", "test_the_stop_waits_five_seconds")
@pytest.mark.except_for("stretched", "the app waits for five seconds, however long a job takes")
async def test_a_cancelled_job_may_tidy_up(client, clock, fake, trace):
    """Jobs of 30 s need 0.5 s to tidy up when they are cancelled: the app stops after 5.5 s."""
    jobs = ids(2)
    fake(JOB, takes=30.0, undo=0.5, background=True)
    await start(client, jobs)
    with clock.stops(5.5, without_waiting_for_it=5.0):
        await client.stop()
    became(trace, dict.fromkeys(jobs, "cancelled"))


@pytest.mark.needs("test_the_response_does_not_wait")
@pytest.mark.points(2)
@pytest.mark.except_for("in_a_crowd", "the jobs of the others fail as well, each with a line")
@pytest.mark.except_for("someone_leaves", "the other visitor's job fails as well, with a line")
async def test_a_failure_is_logged_once(client, clock, fake, trace, logs):
    """One job of three fails after 1 s: one line in the log tells of it; the others are done."""
    bad, *good = ids(3)
    error, again = RuntimeError("the printer is on fire"), RuntimeError("it burns again")
    failures = [again, error]
    job = fake(
        JOB,
        takes=lambda job_id: 1.0 if job_id == bad else 2.0,
        raises=lambda job_id: failures.pop() if job_id == bad and failures else None,
        background=True,
    )
    await start(client, [bad, *good])
    await clock.sleep(3.0)
    became(trace, dict.fromkeys(good, "done"))
    logs.told_once(error)
    await start(client, [bad])
    await clock.sleep(3.0)
    await client.stop()
    job.was_called(4)
    for failure in (error, again):
        logs.told_once(failure)


@pytest.mark.needs(
    "test_the_response_does_not_wait",
    "test_the_stop_waits_five_seconds",
    "test_the_stop_waits_no_longer_than_it_must",
    "test_a_failure_is_logged_once",
)
@pytest.mark.except_for("stretched", "the app waits for five seconds, however long a job takes")
@pytest.mark.except_for("in_a_crowd", "the jobs of the others fail as well, each with a line")
@pytest.mark.except_for("someone_leaves", "the other visitor's job fails as well, with a line")
async def test_a_failure_during_the_stop(client, clock, fake, trace, logs):
    """While the app stops, one job fails after 1 s: it is logged, and one of 4 s is still done."""
    bad, good = ids(2)
    error = RuntimeError("no ink")
    fake(
        JOB,
        takes=lambda job_id: 1.0 if job_id == bad else 4.0,
        raises=lambda job_id: error if job_id == bad else None,
        background=True,
    )
    await start(client, [bad, good])
    with clock.stops(4.0, when_the_first_one_fails=1.0):
        await client.stop()
    became(trace, {good: "done"})
    logs.told_once(error)


@pytest.mark.needs("test_the_response_does_not_wait")
@pytest.mark.points(2)
async def test_nothing_is_lost_while_it_waits(client, clock, fake, trace):
    """Python tidies its memory while three jobs of 2 s are under way: all three are done."""
    jobs = ids(3)
    fake(JOB, takes=2.0, background=True)
    await start(client, jobs)
    await clock.sleep(1.0)
    gc.collect()
    await clock.sleep(2.0)
    became(trace, dict.fromkeys(jobs, "done"))


@pytest.mark.needs("test_the_response_does_not_wait", "test_the_stop_waits_five_seconds")
@pytest.mark.except_for("stretched", "the app waits for five seconds, however long a job takes")
async def test_the_same_job_twice(client, clock, fake, trace):
    """A job of 4 s is started, and at once again, for 1 s this time: the stop waits for both."""
    (job,) = ids(1)
    durations = [1.0, 4.0]
    fake(JOB, takes=lambda job_id: durations.pop() if durations else 1.0, background=True)
    await start(client, [job, job])
    with clock.stops(4.0, for_the_second_alone=1.0):
        await client.stop()
    for call in trace.named(JOB):
        ended(call, "done")


@pytest.mark.needs("test_the_response_does_not_wait", "test_the_stop_waits_five_seconds")
async def test_nothing_is_left(client, fake, tidy):
    """Two jobs of 30 s are cut off: the app stops cleanly, and no task is left."""
    fake(JOB, takes=30.0, undo=0.1, background=True)
    await start(client, ids(2))
    await tidy()
