"""What can go wrong with the stack, and the exit code that it ends with."""

from botocore.exceptions import BotoCoreError, ClientError

from terminal.words import words_of_others


class StackError(Exception):
    """The command failed. The message is for the person at the terminal: what happened, and what to do."""

    exit_code = 1


class SettingError(StackError):
    """An environment variable is missing or wrong."""

    exit_code = 2


def answer_of(error: ClientError | BotoCoreError) -> str:
    """A service's own words, as a part of a sentence."""
    if isinstance(error, ClientError):
        about = error.response.get("Error", {})
        return f"AWS answered {about.get('Code', '')}, {words_of_others(about.get('Message', ''))}"
    return words_of_others(error)
