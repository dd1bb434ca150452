"""The one assistant that all visitors share: opened once, and again after the index is rebuilt."""

from __future__ import annotations

import gc
import time
from pathlib import Path

import streamlit as st

from assistant import logs
from assistant.engine import Assistant, open_assistant
from assistant.pages.layout import write
from assistant.pages.markup import element, notice
from assistant.places import home_folder, seeds_folder
from assistant.suggestions import suggestions
from index.build import build_index
from index.errors import IndexDamagedError, IndexMissingError, IndexStaleError, RenkeiError
from index.opened import check_current
from index.store import current_generation, read_manifest

CHECKED_EVERY = 60.0
"""Seconds between two comparisons of the index with the documents and rules."""
REDRAWN_EVERY = 0.1
"""Seconds between two steps of the progress bar."""


def ready() -> Assistant:
    """The assistant over the index as it is now.

    Where there is no index yet, it is built, with its progress on the screen. Where it can't be
    used, the screen says why and offers to build it anew, and the run ends.

    Raises:
        SeedError, ParseError, ModelError: if the documents can't be read or the model can't be had.
    """
    home, seeds = str(home_folder()), str(seeds_folder())
    try:
        generation = current_generation(Path(home)).name
        _check(generation, home, seeds)
        with st.spinner("索引を開いています…"):
            return _open(generation, home, seeds)
    except IndexMissingError:
        if st.session_state.get("stopped"):
            write(notice("索引を作るのを中止しました。索引がないと質問に答えられません。"))
            if not st.button("索引を作る", type="primary", on_click=_resume):
                st.stop()
        write(notice("索引がまだないので、文書から作っています。数秒お待ちください。"))
        _build(home, seeds)
    except (IndexStaleError, IndexDamagedError) as error:
        write(notice(str(error), urgent=True))
        write(element("p", "下のボタンでも作り直せます。作り直すあいだも、文書は変わりません。"))
        if not st.button("索引を作り直す", type="primary"):
            st.stop()
        _build(home, seeds)
    st.rerun()


def warm() -> None:
    """Open the index before anybody asks; without one that can be used, nothing happens."""
    home, seeds = str(home_folder()), str(seeds_folder())
    try:
        generation = current_generation(Path(home)).name
        suggested(generation, _open(generation, home, seeds))
    except RenkeiError as error:
        # The first visitor is told, and may build it.
        logs.event("index not opened", reason=type(error).__name__)


@st.cache_resource(max_entries=2, show_spinner=False)
def _open(generation: str, home: str, seeds: str) -> Assistant:
    """Open the index; ``generation`` makes the cache open a rebuilt one anew."""
    del generation
    assistant = open_assistant(Path(home), Path(seeds))
    # What the first visitor to compare would have to wait for.
    for no in list(assistant.agreements)[:1]:
        assistant.similar(no)
    # The index stays: no collection of garbage needs to walk through it again.
    gc.collect()
    gc.freeze()
    return assistant


@st.cache_resource(max_entries=2, show_spinner=False)
def suggested(generation: str, _assistant: Assistant) -> tuple[str, ...]:
    """Questions to begin with; ``generation`` makes the cache draw them anew from a new index."""
    del generation
    return suggestions(_assistant)


@st.cache_resource(ttl=CHECKED_EVERY, max_entries=8, show_spinner=False)
def _check(generation: str, home: str, seeds: str) -> bool:
    """Whether the index is that of the present documents; an error isn't remembered."""
    check_current(read_manifest(Path(home) / generation), Path(seeds))
    return True


def _resume() -> None:
    st.session_state["stopped"] = False


def _stop() -> None:
    st.session_state["stopped"] = True


def _build(home: str, seeds: str) -> None:
    """Build the index, with its progress and a button that stops it: the old one then stays."""
    st.button("中止する", on_click=_stop)
    bar = st.progress(0.0, text="準備しています")
    drawn = 0.0

    def report(stage: str, done: int, whole: int) -> None:
        nonlocal drawn
        if done == whole or time.monotonic() - drawn > REDRAWN_EVERY:
            drawn = time.monotonic()
            bar.progress(done / whole if whole else 1.0, text=f"{stage} {done:,}/{whole:,}")

    began = time.perf_counter()
    manifest, changed = build_index(Path(seeds), Path(home), report=report)
    if changed:
        logs.event(
            "index built",
            records=sum(manifest.counts.values()),
            duration_ms=logs.milliseconds(began),
        )
    bar.empty()
