"""Steps of a process, between which a crash can come: calls that send something, or make it durable."""

import itertools
import os
import signal
from collections.abc import Callable
from typing import Any

Call = tuple[Any, str]
"""A function: what has it, and its name there."""

DURABLE: tuple[Call, ...] = ((os, "fsync"), (os, "replace"))
"""What makes a file, a name or a folder durable."""


def kill_before(number: int | None, calls: tuple[Call, ...], tell: Callable[..., object] = lambda *_: None) -> None:
    """Makes each call of one of these functions a step, and sends this process SIGKILL before one of them.

    Args:
        number: The step, from 1; none for a process that shall live.
        calls: The functions, which are replaced for as long as the process lives.
        tell: Called before each step, with the name of the function and its arguments.
    """
    steps = itertools.count(1)

    def counted(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def take(*arguments: Any) -> Any:
            tell(name, *arguments)
            if next(steps) == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments)

        return take

    for owner, name in calls:
        setattr(owner, name, counted(name, getattr(owner, name)))
