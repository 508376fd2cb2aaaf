"""pytest glue: the clock's loop for the suites. Glue only."""

from grader import clock

clock.install()
