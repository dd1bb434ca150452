"""The one assistant that all visitors share: opened once, and again after the index is rebuilt."""

from __future__ import annotations

import gc
import time
from pathlib import Path
from typing import NoReturn

import streamlit as st

from assistant.engine import Assistant, open_assistant
from assistant.operation import logs
from assistant.pages.gate import on_this_machine
from assistant.pages.layout import write
from assistant.pages.markup import element, notice
from assistant.places import home_folder, seeds_folder
from assistant.suggestions import suggestions
from index.build import build_index
from index.errors import (
    IndexDamagedError,
    IndexMissingError,
    IndexStaleError,
    IndexStateError,
    RenkeiError,
    SeedError,
)
from index.opened import check_current
from index.store import current_generation, read_manifest

CHECKED_EVERY = 60.0
"""Seconds between two comparisons of the index with the documents and rules."""
REDRAWN_EVERY = 0.1
"""Seconds between two steps of the progress bar."""


def ready() -> Assistant:
    """The assistant over the index as it is now, or as it was before it went out of use.

    While documents are exchanged and the index is built anew, the one that is open goes on
    answering, and the screen says so. Where none was ever opened, a missing index is built, with
    its progress on the screen; for one that can't be used the screen says why and offers to build
    it anew, and the run ends.

    Raises:
        SeedError, ParseError, ModelError: if the documents can't be read or the model can't be had,
            and no index was opened before.
    """
    home, seeds = str(home_folder()), str(seeds_folder())
    held = _held(home, seeds)
    try:
        generation = current_generation(Path(home)).name
        _check(generation, home, seeds)
        with st.spinner("索引を開いています…"):
            held[:] = [_open(generation, home, seeds)]
    except (IndexStateError, SeedError) as error:
        if held:
            _stand_in(error)
        elif isinstance(error, IndexMissingError):
            _build_first(home, seeds)
        elif isinstance(error, IndexStaleError | IndexDamagedError):
            _offer_to_build(error, home, seeds)
        else:
            raise
    return held[0]


def opened() -> Assistant:
    """The assistant that :func:`ready`, earlier in this run, found to answer with."""
    return _held(str(home_folder()), str(seeds_folder()))[0]


def _stand_in(error: RenkeiError) -> None:
    write(
        notice(
            "文書か索引が変わったので、変わる前の内容で答えています。新しい索引ができると、"
            "そのまま切り替わります。"
        )
    )
    if on_this_machine():
        write(element("p", str(error), css="note"))


def _build_first(home: str, seeds: str) -> NoReturn:
    if st.session_state.get("stopped"):
        write(notice("索引を作るのを中止しました。索引がないと質問に答えられません。"))
        if not st.button("索引を作る", type="primary", on_click=_resume):
            st.stop()
    write(notice("索引がまだないので、文書から作っています。数秒お待ちください。"))
    _build(home, seeds)


def _offer_to_build(error: RenkeiError, home: str, seeds: str) -> NoReturn:
    write(notice(str(error), urgent=True))
    write(element("p", "下のボタンでも作り直せます。作り直すあいだも、文書は変わりません。"))
    if not st.button("索引を作り直す", type="primary"):
        st.stop()
    _build(home, seeds)


def warm() -> None:
    """Open the index before anybody asks; without one that can be used, nothing happens."""
    home, seeds = str(home_folder()), str(seeds_folder())
    try:
        generation = current_generation(Path(home)).name
        assistant = _open(generation, home, seeds)
        _held(home, seeds)[:] = [assistant]
        suggested(generation, assistant)
    except RenkeiError as error:
        # The first visitor is told, and may build it.
        logs.event("index not opened", reason=type(error).__name__)


@st.cache_resource(show_spinner=False)
def _held(home: str, seeds: str) -> list[Assistant]:
    """The assistant that answered last, if any: one list for all visitors."""
    del home, seeds
    return []


@st.cache_resource(max_entries=1, show_spinner=False)
def _open(generation: str, home: str, seeds: str) -> Assistant:
    """Open the index; ``generation`` makes the cache open a rebuilt one anew."""
    del generation
    assistant = open_assistant(Path(home), Path(seeds))
    # What the first visitor to compare would have to wait for.
    for no in list(assistant.agreements)[:1]:
        assistant.similar(no)
    # The index stays: no collection of garbage needs to walk through it again. The one before it,
    # which was frozen too, is let go of.
    gc.unfreeze()
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


def _build(home: str, seeds: str) -> NoReturn:
    """Build the index, with its progress and a button that stops it, and begin the run again."""
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
    st.rerun()
