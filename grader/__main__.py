"""The command: `python -m grader` is `grader`."""

from grader.model.errors import INTERRUPTED


def main() -> None:
    """Ends quietly at Ctrl-C, which may well come while the rest is still imported."""
    try:
        from grader import cli

        cli.main()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


if __name__ == "__main__":
    main()
