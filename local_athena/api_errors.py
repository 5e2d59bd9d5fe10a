"""Errors in the shapes of Athena's API."""


class ApiError(Exception):
    """An operation is refused. `code` is the name of one of the exceptions in Athena's API reference."""

    def __init__(self, message: str, code: str = "InvalidRequestException") -> None:
        super().__init__(message)
        self.code = code
