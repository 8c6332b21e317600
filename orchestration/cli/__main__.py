"""`python -m orchestration.cli`: the command where it is not installed."""

from orchestration.cli.main import main

if __name__ == "__main__":
    main()
