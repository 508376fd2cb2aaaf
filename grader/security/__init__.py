"""What an answer may not do: intake, gate, audit, seals."""
