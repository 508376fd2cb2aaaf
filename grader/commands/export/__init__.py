"""What a teacher hands out: a learner's starter, and what a platform grades it with.

`contents` decides which files there are, `handout` puts them into a folder and never over
a learner's work.
"""
