"""Moments: an integer number of nanoseconds, so that 0.1 + 0.2 is 0.3."""

NANOSECOND = 1e-9


def to_ns(seconds: float) -> int:
    return round(seconds * 1e9)


class Instant(float):
    """A moment whose sums and differences are whole nanoseconds.

    `deadline - clock.now()` is then exactly 0 when the deadline is reached, where
    plain floats leave 5e-17, for which a loop that waits for the rest would wait again for ever.
    """

    def __add__(self, seconds: float) -> "Instant":
        return Instant(round(float(self) + float(seconds), 9))

    __radd__ = __add__

    def __sub__(self, other: float) -> "Instant":
        return Instant(round(float(self) - float(other), 9))

    def __rsub__(self, other: float) -> "Instant":
        return Instant(round(float(other) - float(self), 9))
