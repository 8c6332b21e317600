"""The `geese` command: every module adds the commands of one matter."""
