"""A learner's folder: what is in it, how it is made, and how it follows its course."""
