"""Where the documents and the built index lie.

A checkout holds both. ``RENKEI_SEEDS`` and ``RENKEI_HOME`` point elsewhere, e.g. to a shared drive.
"""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def seeds_folder() -> Path:
    """The folder of the source documents."""
    return Path(os.environ.get("RENKEI_SEEDS") or PROJECT / "seeds")


def home_folder() -> Path:
    """The folder of the built index."""
    return Path(os.environ.get("RENKEI_HOME") or PROJECT / ".renkei")
