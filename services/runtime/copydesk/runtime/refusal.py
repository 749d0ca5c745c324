"""The two ways in which an event can fail: for good, or for now."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an accident
    """Input that no retry will mend: it goes to `wire.dead` with this error's type and message.

    `kind` names the reason for people and metrics (`empty`, `unknown-format`, `too-large` …): short, stable, kebab-case.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Unavailable(Exception):  # noqa: N818
    """Something that this event needs is away for now; the chassis tries again with growing waits."""


class Rejected(Unavailable):
    """What is needed is there and turns us away: a password, a certificate or a setting is wrong, on one side or the other.

    Tried again as well, since it may be mended over there, but said as an error. The message names the setting and the cause.
    """
