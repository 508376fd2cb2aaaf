"""Starts children, bounds them, and judges what they said; never loads an answer."""
