"""A class's report as tables, a page, and what has changed since the last one."""
