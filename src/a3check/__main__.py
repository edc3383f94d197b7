"""Which of the three is this process: the window, the command line, or a probe?"""

import sys


def main() -> int:
    """Decide before anything else is imported; return the exit status."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--probe"]:
        from a3check.probes.process import main as serve  # noqa: PLC0415

        serve(arguments[1])
        return 0
    if not arguments:
        from a3check.window import main as show  # noqa: PLC0415

        return show()
    from a3check.cli import main as command  # noqa: PLC0415

    return command(arguments)


if __name__ == "__main__":
    sys.exit(main())
