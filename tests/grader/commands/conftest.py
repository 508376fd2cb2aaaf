"""`grader ci` tells of the same reports as the formats do."""

from tests.grader.reports.conftest import full, graded_full, graded_state, hostile, really, sample

__all__ = ["full", "graded_full", "graded_state", "hostile", "really", "sample"]
