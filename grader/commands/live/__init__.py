"""`grader live`: a page in the browser that shows what watch shows, and time itself.

    lessons     a lesson's Markdown as sections of HTML
    pictures    verdicts as what the page draws: bars, what is in flight when, ghosts
    ghosts      the exercise's sequential, blocking and threaded programs, graded once
    chart       how long visitors wait, as lines of one SVG
    crowds      visitors of a learner's program and of the ghosts
    desk        what is known: hears saves and verdicts, and wakes the open pages
    door        who may come in, and with which headers a page leaves
    pages       the routes
    server      uvicorn, until Ctrl-C

`Inbox`, `Saves` and `Gradings` are those of watch. The loop's thread alone owns what is known.
"""
