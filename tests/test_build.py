"""From documents to an index and back: what is redone, what is kept, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from index_fixtures import (
    AGREEMENT,
    COMPACT,
    SEEDS,
    declare,
    nothing,
    offline_environment,
    small_corpus,
    write_small_table,
)

from index import build, keywords, opened, store, vectors, word_vectors
from index.build import PARSERS, build_index
from index.errors import (
    IndexDamagedError,
    IndexStaleError,
    IndexStateError,
    ParseError,
    RenkeiError,
    SeedError,
)
from index.opened import open_index, rules_fingerprint
from index.records import Doubt, Parsed, Section, SourceDocument, SourceSpan
from index.store import current_generation


def make_quick(patch: pytest.MonkeyPatch) -> None:
    """Builds without what isn't asked about here: concepts, most words, waiting for the disk."""
    patch.setattr(build, "read_concepts", list)
    patch.setattr(word_vectors, "extract", write_small_table)
    patch.setattr(store.os, "fsync", nothing)


@pytest.fixture(autouse=True)
def _builds_are_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    # For one test at a time: the index of all documents, shared by the session, is a whole one.
    make_quick(monkeypatch)


@pytest.fixture(scope="module")
def first_build(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small corpus and its index, which no test changes."""
    folder = tmp_path_factory.mktemp("build")
    seeds = small_corpus(folder / "seeds")
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch)
        build_index(seeds, folder / "home", report=nothing)
    return seeds, folder / "home"


@pytest.fixture
def seeds(first_build: tuple[Path, Path], tmp_path: Path) -> Path:
    """The small corpus, to be changed."""
    return shutil.copytree(first_build[0], tmp_path / "seeds")


@pytest.fixture
def home(first_build: tuple[Path, Path], tmp_path: Path) -> Path:
    """The small corpus' index, to be changed."""
    return shutil.copytree(first_build[1], tmp_path / "home")


def replace_in(seeds: Path, file: str, old: str, new: str) -> None:
    text = (seeds / file).read_text(encoding="utf-8")
    assert old in text
    (seeds / file).write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    declare(seeds)


def spy_on_parsers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the documents that are read from now on."""
    read: list[str] = []

    def spied(parse: Callable[[SourceDocument], Parsed]) -> Callable[[SourceDocument], Parsed]:
        def spy(document: SourceDocument) -> Parsed:
            read.append(document.key)
            return parse(document)

        return spy

    for kind, parse in PARSERS.items():
        monkeypatch.setitem(PARSERS, kind, spied(parse))
    return read


# What is built


def test_all_documents_are_in_the_index(built_home: Path) -> None:
    index = open_index(built_home, SEEDS)
    records = Counter(
        (record.span.document, type(record).__name__) for record in index.records.values()
    )
    assert records["asahikawa-agreements", "Agreement"] == 329
    # 28 initiatives of two parties; 3 initiatives of nine towns.
    assert records["biei-compact", "CompactRole"] == 28 * 2
    assert records["minamisorachi-agreement", "CompactRole"] == 3 * 9
    assert {key for key, _ in records} == set(index.documents) == set(index.manifest.sources)
    assert sum(index.manifest.counts.values()) == len(index.records)
    assert index.manifest.counts["agreement"] == 329


def test_a_row_is_the_same_passage_everywhere(built_home: Path) -> None:
    index = open_index(built_home)
    assert len(index.passages) == len(index.terms) == index.vectors.size == len(index.records)
    assert [passage.record for passage in index.passages] == list(index.records)
    stored = index.vectors.vectors
    for row in range(0, len(index.passages), 40):
        passage = index.passages[row]
        np.testing.assert_allclose(
            index.embedder.embed_questions([passage.text])[0], stored[row], atol=1e-5
        )
        asked = dict.fromkeys(index.terms[row]["title"], 1.0)
        found = dict(index.keywords.search(asked, {"title": 1.0}, len(index.passages)))
        assert row in found or not asked


def test_every_stage_tells_its_progress_up_to_the_end(seeds: Path, tmp_path: Path) -> None:
    told: dict[str, list[tuple[int, int]]] = {}
    build_index(
        seeds,
        tmp_path / "new",
        report=lambda stage, done, every: told.setdefault(stage, []).append((done, every)),
    )
    assert list(told) == ["文書の読み取り", "単語への分割", "ベクトル化", "索引の書き込み"]
    assert told["文書の読み取り"] == [(1, 2), (2, 2)]
    for steps in told.values():
        assert steps == sorted(steps)
        assert steps[-1][0] == steps[-1][1] > 0


def test_a_corpus_without_records_makes_an_index_that_finds_nothing(
    seeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in PARSERS:
        monkeypatch.setitem(PARSERS, kind, lambda _: Parsed(()))
    manifest, changed = build_index(seeds, tmp_path / "new", report=nothing)
    assert changed
    assert manifest.counts == {}
    index = open_index(tmp_path / "new", seeds)
    assert index.vectors.search(index.embedder.embed_questions(["防災"])[0], 5) == []
    assert index.keywords.search({"防災": 1.0}, {"title": 1.0}, 5) == []


# What is done again


def test_a_second_build_does_nothing(
    seeds: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = spy_on_parsers(monkeypatch)
    before = open_index(home, seeds)
    manifest, changed = build_index(seeds, home, report=lambda *_: pytest.fail("nothing to tell"))
    assert not changed
    assert manifest == before.manifest
    assert open_index(home, seeds).generation == before.generation
    assert read == []
    assert len(list(home.glob("generation-*"))) == 1


def test_a_changed_document_is_read_again_and_no_other(
    seeds: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = spy_on_parsers(monkeypatch)
    before = open_index(home, seeds)
    replace_in(seeds, AGREEMENT, "安心して暮らせる圏域", "楽しく暮らせる圏域")
    _, changed = build_index(seeds, home, report=nothing)
    after = open_index(home, seeds)
    assert changed
    assert read == ["minamisorachi-agreement"]
    assert after.generation != before.generation
    assert after.vocabulary.frequency("楽しい") == before.vocabulary.frequency("楽しい") + 1
    assert list(after.records) == list(before.records)
    # The same as if it had been built from nothing.
    build_index(seeds, home.parent / "anew", report=nothing)
    assert after.contents == open_index(home.parent / "anew").contents


def test_a_corrected_declaration_is_taken_over(
    seeds: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = spy_on_parsers(monkeypatch)
    declare(seeds, biei_compact={"title": "美瑛町との連携協約", "as_of": "2022-02-01"})
    with pytest.raises(IndexStaleError, match=r"文書が変わりました.*「renkei index」"):
        open_index(home, seeds)
    _, changed = build_index(seeds, home, report=nothing)
    document = open_index(home, seeds).documents["biei-compact"]
    assert changed
    assert read == ["biei-compact"]
    assert (document.title, document.as_of.isoformat()) == ("美瑛町との連携協約", "2022-02-01")


def test_a_removed_document_leaves_no_record(seeds: Path, home: Path) -> None:
    (seeds / COMPACT).unlink()
    declare(seeds)
    build_index(seeds, home, report=nothing)
    index = open_index(home, seeds)
    assert set(index.documents) == {"minamisorachi-agreement"}
    assert all(
        record.span.document == "minamisorachi-agreement" for record in index.records.values()
    )


def test_documents_in_another_order_make_an_index_in_that_order(seeds: Path, home: Path) -> None:
    path = seeds / "sources.toml"
    first, second = path.read_text(encoding="utf-8").split("\n\n", 1)
    path.write_text(f"{second}\n\n{first}\n", encoding="utf-8")
    _, changed = build_index(seeds, home, report=nothing)
    assert changed
    assert list(open_index(home, seeds).documents) == ["minamisorachi-agreement", "biei-compact"]


def test_the_doubts_of_a_document_that_is_not_read_again_are_kept(
    seeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubt = Doubt(SourceSpan("biei-compact", 1, 2), "不確かです。")
    parse = PARSERS["compact-table"]
    monkeypatch.setitem(
        PARSERS, "compact-table", lambda document: replace(parse(document), doubts=(doubt,))
    )
    before, _ = build_index(seeds, tmp_path / "new", report=nothing)
    replace_in(seeds, AGREEMENT, "安心", "安全")
    after, changed = build_index(seeds, tmp_path / "new", report=nothing)
    assert changed
    assert doubt in before.doubts
    assert after.doubts == before.doubts


@pytest.mark.parametrize("name", ["rules_fingerprint", "library_versions"])
def test_other_rules_or_libraries_read_everything_again(
    seeds: Path, home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    value = "other" if name == "rules_fingerprint" else {"numpy": "0"}
    for module in (opened, build):
        monkeypatch.setattr(module, name, lambda: value)
    said = "読み取りの規則" if name == "rules_fingerprint" else "ライブラリーの版"
    with pytest.raises(IndexStaleError, match=f"{said}が変わりました.*「renkei index」"):
        open_index(home, seeds)
    read = spy_on_parsers(monkeypatch)
    _, changed = build_index(seeds, home, report=nothing)
    assert changed
    assert read == ["biei-compact", "minamisorachi-agreement"]
    assert open_index(home, seeds).manifest.sources


def test_the_fingerprint_of_the_rules_is_that_of_code_and_data_but_not_of_line_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "index"
    shutil.copytree(Path(opened.__file__).parent, package)
    here = rules_fingerprint()
    monkeypatch.setattr(opened, "files", lambda _: package)
    assert rules_fingerprint() == here
    code = (package / "tokens.py", package / "parsing" / "parties.py")
    for changed in (*code, *(package / "data").rglob("*.toml")):
        content = changed.read_bytes()
        changed.write_bytes(content.replace(b"\n", b"\r\n"))
        assert rules_fingerprint() == here
        changed.write_bytes(content + b"# more\n")
        assert rules_fingerprint() != here
        changed.write_bytes(content)


# What is refused


def refused_and_unharmed(seeds: Path, home: Path, error: type[RenkeiError]) -> str:
    """The message of a refused build that left the index as it was."""
    before = open_index(home).generation
    with pytest.raises(error) as caught:
        build_index(seeds, home, report=nothing)
    assert open_index(home).generation == before
    assert [path.name for path in home.iterdir() if path.is_dir()] == [before]
    return str(caught.value)


def test_an_unknown_kind_is_named_with_the_known_ones(seeds: Path, home: Path) -> None:
    declare(seeds, biei_compact={"kind": "compct-table"})
    message = refused_and_unharmed(seeds, home, SeedError)
    assert COMPACT in message
    assert "「compct-table」" in message
    assert all(kind in message for kind in PARSERS)


@pytest.mark.parametrize("kind", ["agreement-table", "survey"])
def test_a_second_table_or_survey_would_repeat_what_is_asked_for_and_is_refused(
    seeds: Path, home: Path, kind: str
) -> None:
    declare(seeds, biei_compact={"kind": kind}, minamisorachi_agreement={"kind": kind})
    with pytest.raises(SeedError, match=f"1つだけにしてください（{COMPACT}、{AGREEMENT}）"):
        build_index(seeds, home, report=nothing)


def test_two_records_of_one_id_are_an_error_naming_file_and_lines(
    seeds: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twins = tuple(
        Section("biei-compact", ("第1条",), text, SourceSpan("biei-compact", line, line + 1))
        for text, line in (("一", 7), ("二", 12))
    )
    monkeypatch.setitem(PARSERS, "compact-table", lambda _: Parsed(twins))
    replace_in(seeds, COMPACT, "連携", "提携")
    message = refused_and_unharmed(seeds, home, ParseError)
    assert message.startswith(f"{COMPACT} 12~13行: ")
    assert "「biei-compact/第1条」" in message
    assert "1つ目は7行から" in message
    assert "確かめてください" in message


def test_a_changed_document_that_is_not_declared_so_is_refused(seeds: Path, home: Path) -> None:
    (seeds / AGREEMENT).write_text("別の文書", encoding="utf-8")
    assert AGREEMENT in refused_and_unharmed(seeds, home, SeedError)
    with pytest.raises(SeedError, match=AGREEMENT):
        open_index(home, seeds)


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (build, "make_vocabulary"),
        (build.WordEmbedder, "fitted"),
        (vectors.VectorIndex, "save"),
        (keywords.KeywordIndex, "build"),
        (store, "write_contents"),
        (store, "write_manifest"),
        (store, "publish"),
    ],
)
def test_a_build_that_fails_at_any_stage_leaves_the_old_index(
    seeds: Path, home: Path, monkeypatch: pytest.MonkeyPatch, owner: object, name: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    before = open_index(home)
    replace_in(seeds, AGREEMENT, "安心", "安全")
    monkeypatch.setattr(owner, name, fails)
    with pytest.raises(ZeroDivisionError):
        build_index(seeds, home, report=nothing)
    monkeypatch.undo()
    after = open_index(home)
    assert (after.generation, after.contents) == (before.generation, before.contents)
    assert [path.name for path in home.iterdir() if path.is_dir()] == [before.generation]


def test_a_changed_byte_anywhere_in_any_file_is_noticed_and_a_build_mends_it(
    seeds: Path, home: Path
) -> None:
    generation = current_generation(home)
    checked = 0
    for path in sorted(path for path in generation.rglob("*") if path.is_file()):
        content = path.read_bytes()
        # tantivy's locks are empty and of no meaning.
        for position in {0, len(content) // 2, len(content) - 1} if content else ():
            with path.open("r+b") as file:
                file.seek(position)
                file.write(bytes([content[position] ^ 0x10]))
            with pytest.raises(IndexDamagedError, match="「renkei index」を実行して"):
                open_index(home, seeds)
            with path.open("r+b") as file:
                file.seek(position)
                file.write(content[position : position + 1])
            checked += 1
    assert checked > 40
    path.unlink()
    with pytest.raises(IndexDamagedError):
        open_index(home, seeds)
    _, changed = build_index(seeds, home, report=nothing)
    assert changed
    assert open_index(home, seeds).generation != generation.name


def test_a_home_below_a_file_is_a_clear_error(seeds: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RenkeiError, match=r"書き込めません.*書き込み権限を確かめてください"):
        build_index(seeds, tmp_path / "file" / "home", report=nothing)
    with pytest.raises(IndexStateError, match="renkei index"):
        open_index(tmp_path / "file" / "home")


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="an administrator may write everywhere"
)
def test_a_home_without_the_right_to_write_is_a_clear_error(seeds: Path, tmp_path: Path) -> None:
    home = tmp_path / "locked"
    home.mkdir(mode=0o500)
    with pytest.raises(RenkeiError, match=r"書き込めません.*書き込み権限を確かめてください"):
        build_index(seeds, home, report=nothing)


# Others at the same time


def test_an_opened_index_answers_on_while_a_new_one_is_built(seeds: Path, home: Path) -> None:
    index = open_index(home, seeds)
    asked = ({"医療": 1.0}, {"title": 1.0, "content": 1.0}, 20)
    before = index.keywords.search(*asked)
    for number in range(2):
        replace_in(seeds, AGREEMENT, "圏域" + "外" * number, "圏域" + "外" * (number + 1))
        build_index(seeds, home, report=nothing)
    assert index.keywords.search(*asked) == before
    assert index.embedder.embed_questions(["医療"]).any()
    assert open_index(home, seeds).generation != index.generation


def test_two_builds_at_once_both_end_well_and_one_does_the_work(seeds: Path, home: Path) -> None:
    replace_in(seeds, AGREEMENT, "安心", "安全")
    program = (
        "import sys; from pathlib import Path; from index.build import build_index\n"
        "from index_fixtures import leave_out_what_takes_time\n"
        "leave_out_what_takes_time()\n"
        "print('ready', flush=True)\n"
        "print(build_index(*map(Path, sys.argv[1:]), report=lambda *_: None)[1])"
    )
    with FileLock(home / "build.lock"):
        builds = [
            subprocess.Popen(
                [sys.executable, "-c", program, str(seeds), str(home)],
                env=offline_environment(),
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        for process in builds:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        # Both are at the lock, or will come to it while the other is at work.
        time.sleep(0.1)
    said = [process.communicate(timeout=60)[0].strip() for process in builds]
    assert [process.returncode for process in builds] == [0, 0]
    assert sorted(said) == ["False", "True"]
    assert open_index(home, seeds).manifest.sources


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a child that can be killed anywhere")
def test_a_build_killed_at_any_moment_leaves_the_old_index_or_the_new(
    seeds: Path, tmp_path: Path
) -> None:
    (seeds / COMPACT).unlink()
    declare(seeds)
    changed = shutil.copytree(seeds, tmp_path / "changed")
    replace_in(changed, AGREEMENT, "安心", "安全")
    program = Path(__file__).with_name("killed_builds.py")
    done = subprocess.run(
        [sys.executable, str(program), str(seeds), str(changed), str(tmp_path / "homes")],
        env=offline_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(outcomes) > 10
    assert all(outcome["killed"] for outcome in outcomes)
    left = ["".join(outcome["left"]) for outcome in outcomes]
    # Old up to the one step that publishes, and new from then on.
    assert left == ["old"] * left.count("old") + ["new"] * left.count("new")
    assert left[0] == "old"
    assert left[-1] == "new"
    assert all(outcome["mended"] for outcome in outcomes)
    # The current generation, the one before it, and one that the killed build had yet to remove.
    assert max(outcome["generations"] for outcome in outcomes) <= 3


# Word vectors


def test_word_vectors_are_taken_over_from_the_index_that_is_there(
    seeds: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_vectors, "extract", lambda _: pytest.fail("they are there already"))
    replace_in(seeds, AGREEMENT, "安心", "安全")
    build_index(seeds, home, report=nothing)
    assert open_index(home, seeds).words.vector("医療") is not None


def test_word_vectors_of_other_rules_are_made_again(
    seeds: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extracted = []
    extract = word_vectors.extract

    def spy(folder: Path) -> None:
        extracted.append(folder)
        extract(folder)

    monkeypatch.setattr(word_vectors, "extract", spy)
    for module in (opened, build):
        monkeypatch.setattr(module, "rules_fingerprint", lambda: "other")
    build_index(seeds, home, report=nothing)
    assert len(extracted) == 1
