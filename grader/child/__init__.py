"""Beside an answer: the warm server, one answer's process, its pytest plugins."""
