"""What an answer may not do: intake, gate, refusals, audit, seals."""
