"""Awaitlings' grader: a learner's files go in, an exact verdict with its reason comes out.

Layers, lowest first; imports go downward only (tests/grader/test_layers.py).

    wording errors model        how things read, what is said, what a report is
    system                      what Windows has not
    seals                       what a verdict relies on, and who replaced it
    harmless                    a learner's text, safe to show
    starved                     a child that a busy machine kept from running
    isolation                   how an answer is kept apart from the machine
    clock                       virtual time for a loop and its threads
    folders                     where a course lies, told at once
    platforms                   where a class's points can arrive
    course                      finds and validates exercises
    refusals                    what no answer needs, by name
    intake gate                 takes the one declared file of an answer; refuses what none needs
    printed                     what an answer prints, kept for its author
    watch                       an answer's attempts, while it runs
    workspace                   a hint; the original stub back, with a backup
    events job                  the channel from a child, and what is sent there
    folding                     pure: few spans for many
    source                      the syntax tree of an answer
    handover                    who handed work to a thread or the background
    trace                       what ran when
    diagnosis                   pure: evidence -> why
    timeline                    pure: spans -> rows of marks
    picture                     pure: rows -> lines of text
    suite                       what suite authors use
    evidence                    gathers what a failed test observed
    plugin tampering            pytest glue
    verdict                     what a child said -> results
    collection                  suites that pytest has collected, ready to run
    child                       beside learner code
    warm                        what its server does once
    forks entry                 the server's loop; where a spawned child begins
    spawn                       starts processes; children where there is no fork
    server                      starts the warm server
    runner                      looks after children; never loads learner code
    session                     the use case: grade
    authoring scaffold starter reports  verify; new; export; renderings of a report
    practice                    the learner's loop: saves, keys, the screen
    doctor                      what the grader needs here, and what to do where it is not so
    ci                          what a CI is told
    cli                         arguments, exit codes
"""
