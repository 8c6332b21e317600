"""What can stop a command for a reason that an operator can do something about."""


class OperatorError(Exception):
    """Stops a command. The message says what is wrong, where, and what to do."""
