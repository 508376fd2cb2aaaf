"""The id is a value of the module's, not of the request's: all fifty share the last one.

fails: test_fifty_at_once = wrong-value
"""


class Current:
    """Looks like a ContextVar, and is one value for all."""

    value = "none"

    def get(self) -> str:
        return self.value

    def set(self, value: str) -> None:
        self.value = value


request_id = Current()
"""The id of the request that is being answered."""
