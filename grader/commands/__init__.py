"""One use case each: verify, new, ci, doctor, lesson, solution, export, watch."""
