"""What ran when: spans, tasks, and which of the answer's lines."""
