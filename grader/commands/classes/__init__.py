"""`grader class`: finds a class's answers, grades them, and writes what a teacher needs."""
