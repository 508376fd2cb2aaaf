"""What lies on disk: exercises, the tests of a suite, stubs."""
