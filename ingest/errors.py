"""What can go wrong, and the exit code that it ends with.

A message is one sentence for the person at the terminal: what happened, where, and what to do.
"""


class IngestError(Exception):
    """The command failed. Nothing is lost: run it again."""

    exit_code = 1


class BusyError(IngestError):
    """Another run goes on in the same place, and this one has stopped."""


class UsageError(IngestError):
    """The command was asked for something that it cannot do: an argument, a setting or an input file is wrong."""

    exit_code = 2


class PortalRefusedError(IngestError):
    """The portal does not serve this client: no permission, or a guard's page in place of data."""

    exit_code = 3


class PortalInconsistentError(IngestError):
    """The portal's data are stale, not as many as it counts, of other columns than are known, or not understood."""

    exit_code = 4


class DamagedBodyError(Exception):
    """A body of text is not the JSON that it should be: cut off, or changed on its way."""
