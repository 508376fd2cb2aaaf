"""What a teacher hands out: a learner's starter, and what a platform grades it with.

`contents` decides which files there are, `handout` puts them into a folder and never over
a learner's work.
"""

from grader.platforms import Platform
from grader.starter.contents import files
from grader.starter.handout import hand_out

__all__ = ["Platform", "files", "hand_out"]
