"""What a reflector requires of the object that receives what it reads."""

from typing import Protocol, TypeVar

from kubeimg_gui.cluster.state import Phase

T_contra = TypeVar("T_contra", contravariant=True)


class Sink(Protocol[T_contra]):
    """Receives lists, events and phases; called on the reflector's thread only.

    A key is `namespace/name`, or the name of an object without a namespace.
    """

    def list_started(self) -> None:
        """Starts a list: the records passed to `listed` until `list_ended` are the full state."""

    def listed(self, record: T_contra) -> None:
        """Takes one object of the list."""

    def list_ended(self) -> bool:
        """Completes the list: objects that are not in it are gone.

        Returns whether the list differs from what was known.
        """
        ...

    @property
    def list_is_suddenly_empty(self) -> bool:
        """Whether the list holds nothing although objects are known."""
        ...

    @property
    def is_empty(self) -> bool:
        """Whether no object is known."""
        ...

    def holds(self, record: T_contra) -> bool:
        """Returns whether this very object is known: another uid is another object."""
        ...

    def applied(self, record: T_contra) -> None:
        """Takes an object that was added or modified."""

    def removed(self, key: str) -> None:
        """Drops a deleted object; during a list it drops the object from the list."""

    def skipped(self, key: str) -> None:
        """Notes that an object of a list or event cannot be read; "" for an unknown key."""

    def progressed(
        self,
        phase: Phase,
        *,
        remaining: int | None = None,
        reason: str = "",
        wait: float | None = None,
        poll_seconds: float | None = None,
    ) -> None:
        """Takes the phase: list items still to come, why, seconds until the next try or list."""

    def resuming(self, reason: str, seconds: float) -> None:
        """Notes that a watch has ended and the next one is requested.

        The phase stays; it becomes RECONNECTING, with `reason`, where nothing arrives in time.
        """
