"""What crosses a border: a job in, events out, evidence, a report; errors."""
