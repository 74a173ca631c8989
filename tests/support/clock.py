"""A clock that moves only when a test moves it, so that no test has to wait."""

NOON = 1_795_435_200.0


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now
