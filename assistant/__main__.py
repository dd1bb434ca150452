"""Where ``renkei`` begins: even where a package is broken, ``renkei doctor`` says which."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line, or explain why it can't be run, and return the exit status."""
    try:
        from assistant.cli import main as run
    except (ImportError, OSError) as error:
        print(
            f"renkei: 必要なパッケージを読み込めません（{error}）。"
            "「make run」か「python .ci/install.py」で入れ直してください。",
            file=sys.stderr,
        )
        if sys.argv[1:2] == ["doctor"]:
            _doctor()
        return 1
    except KeyboardInterrupt:
        # Packages take most of a second to load.
        print("renkei: 中断しました。", file=sys.stderr)
        return 1
    return run()


def _doctor() -> None:
    """What can be said without the packages that don't load."""
    from assistant.operation.health import as_line, examine
    from assistant.places import home_folder, seeds_folder

    for finding in examine(seeds_folder(), home_folder(), 8501):
        print(as_line(finding))


if __name__ == "__main__":
    sys.exit(main())
