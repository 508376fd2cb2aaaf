"""Awaitlings' grader: a learner's files go in, an exact verdict with its reason comes out.

The rooms, lowest first; imports go downward only (tests/grader/test_layers.py).

    wording      how numbers and names read
    model        what crosses a border: a job in, events out, evidence, a report; errors
    system       what this system has, and how busy it is
    course       what lies on disk: exercises, the tests of a suite, stubs
    security     what an answer may not do: intake, gate, audit, seals
    isolation    walls and limits
    diagnosis    pure: evidence -> why
    reports      pure: report -> text, rows, pictures; made harmless for its place
    clock trace suite judge child   a child's process: virtual time; what ran when; what a
                                    suite's test uses; a second look from outside; the warm
                                    server and one answer's process
    parent commands cli             the parent's process: starts children and judges what they
                                    said; one use case each; arguments and exit codes

Those two rows are towers that never meet: nothing of the one imports anything of the other.
"""
