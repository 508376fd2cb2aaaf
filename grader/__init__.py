"""Awaitlings' grader: a learner's files go in, an exact verdict with its reason comes out."""
