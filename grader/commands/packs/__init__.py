"""A course by its author: how one begins, what it is held to, and the packages made of it."""
