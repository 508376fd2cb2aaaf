"""The learner's loop: every save is graded at once, by a process that stays warm.

    inbox       what threads and signals tell the main thread
    saves       a thread that notices when an answer is saved
    gradings    a thread that grades, the newest content first
    keyboard    one key at a time; the terminal lent and given back
    editor      opens the learner's own editor
    pages       pure: what there is to say -> lines of text
    lines       the loop without a terminal: one line per verdict
    loop        the loop at a terminal: keys, verdicts, the screen

The main thread alone owns the terminal and the state. Nothing is stored: what has been
passed is what the answers are worth when they are graded.
"""
