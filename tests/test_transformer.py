"""A real sentence-transformers model, made small and saved here, as the embedder of an index."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from index_fixtures import (
    AGREEMENT,
    COMPACT,
    declare,
    nothing,
    offline_environment,
    small_corpus,
    write_small_table,
)

from index import build, store, word_vectors
from index.build import build_index
from index.embedding import WORDS
from index.errors import IndexStaleError, ModelError
from index.opened import open_index
from index.store import current_generation, read_manifest
from index.transformer import BACKENDS, TransformerEmbedder, customary_prompts, unavailable

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789:市民企業連携協定防災物資図書館医療救急観光道路水"


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a BERT of one layer and 16 dimensions over single letters, and its prompts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
        from transformers import BertConfig, BertModel, BertTokenizer

    folder = tmp_path_factory.mktemp("model")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS]
    vocabulary += [f"##{letter}" for letter in LETTERS if letter.isascii()]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    torch.manual_seed(4)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    made = SentenceTransformer(
        modules=[Transformer(str(folder / "bert"), max_seq_length=64), Pooling(16)],
        prompts={"query": "q: ", "document": "d: "},
    )
    made.save(str(folder / "saved"))
    return folder / "saved"


@pytest.fixture
def embedder(model: Path) -> TransformerEmbedder:
    return TransformerEmbedder(str(model), batch=4)


def changed(model: Path, folder: Path, file: str, change: Callable[[dict], dict]) -> Path:
    """A copy of the model whose JSON file ``file`` is another."""
    copy = shutil.copytree(model, folder / "changed")
    values = json.loads((copy / file).read_text(encoding="utf-8"))
    (copy / file).write_text(json.dumps(change(values)), encoding="utf-8")
    return copy


# Vectors


def test_vectors_have_length_1_and_the_model_s_dimension(embedder: TransformerEmbedder) -> None:
    passages = embedder.embed_passages(["防災協定", "図書館", "a" * 500])
    assert embedder.dimension == 16
    assert passages.shape == (3, 16)
    assert passages.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-5)
    assert embedder.embed_questions(["防災"]).shape == (1, 16)


def test_nothing_has_no_vectors_but_a_shape(embedder: TransformerEmbedder) -> None:
    assert embedder.embed_passages([]).shape == (0, 16)


def test_questions_and_passages_are_embedded_with_their_own_prompts(
    embedder: TransformerEmbedder, model: Path, tmp_path: Path
) -> None:
    (question,) = embedder.embed_questions(["防災協定"])
    (passage,) = embedder.embed_passages(["防災協定"])
    assert not np.allclose(question, passage, atol=1e-3)
    # A model without prompts, given them as part of the text, makes the same vectors.
    file = "config_sentence_transformers.json"
    bare = TransformerEmbedder(
        str(changed(model, tmp_path, file, lambda values: {**values, "prompts": {}}))
    )
    np.testing.assert_allclose(bare.embed_questions(["q: 防災協定"])[0], question, atol=1e-5)
    np.testing.assert_allclose(bare.embed_passages(["d: 防災協定"])[0], passage, atol=1e-5)
    np.testing.assert_allclose(
        bare.embed_questions(["防災協定"]), bare.embed_passages(["防災協定"]), atol=1e-5
    )


def test_batches_tell_their_progress_and_make_no_difference(embedder: TransformerEmbedder) -> None:
    texts = [f"{word}{n}" for n in range(3) for word in ("防災", "図書館", "道路")]
    told: list[tuple[int, int]] = []
    together = embedder.embed_passages(texts, lambda done, every: told.append((done, every)))
    assert told == [(4, 9), (8, 9), (9, 9)]
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_a_question_is_nearest_to_the_passage_that_says_the_same(model: Path) -> None:
    embedder = TransformerEmbedder(str(model))
    texts = ["防災物資", "図書館", "医療救急", "観光道路", "水"]
    scores = embedder.embed_passages(texts) @ embedder.embed_passages(["医療救急"])[0]
    assert scores.argmax() == 2
    assert scores[2] == pytest.approx(1, abs=1e-5)


# Fingerprint


def test_the_fingerprint_changes_with_the_model_its_prompts_and_its_backend(
    embedder: TransformerEmbedder, model: Path, tmp_path: Path
) -> None:
    here = embedder.fingerprint
    assert TransformerEmbedder(str(model)).fingerprint == here
    assert "'q: ' 'd: '" in here
    file = "config_sentence_transformers.json"
    prompts = {"query": "x: ", "document": "d: "}
    other = changed(model, tmp_path, file, lambda values: {**values, "prompts": prompts})
    assert TransformerEmbedder(str(other)).fingerprint != here
    weights = shutil.copytree(model, tmp_path / "weights") / "model.safetensors"
    before = TransformerEmbedder(str(weights.parent)).fingerprint
    content = weights.read_bytes()
    weights.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert TransformerEmbedder(str(weights.parent)).fingerprint != before


@pytest.mark.parametrize(
    ("name", "prompts"),
    [
        ("intfloat/multilingual-e5-small", ("query: ", "passage: ")),
        ("/models/multilingual-E5-base", ("query: ", "passage: ")),
        ("cl-nagoya/ruri-v3-30m", ("検索クエリ: ", "検索文書: ")),
        ("cl-nagoya/ruri-small", ("クエリ: ", "文章: ")),
        ("BAAI/bge-m3", ("", "")),
        ("e5-maker/another", ("", "")),
    ],
)
def test_a_model_without_prompts_gets_those_customary_for_its_family(
    name: str, prompts: tuple[str, str]
) -> None:
    assert customary_prompts(name) == prompts


# What can't be had


def test_a_backend_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(ModelError, match=f"「cuda」.*{'、'.join(BACKENDS)} から選んで"):
        TransformerEmbedder("any", backend="cuda")


def without_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def with_cut_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:500])


def without_files(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def without_pooling(folder: Path) -> None:
    shutil.rmtree(folder / "1_Pooling")


def with_odd_modules(folder: Path) -> None:
    (folder / "modules.json").write_text('{"a": 1}', encoding="utf-8")


def with_broken_configuration(folder: Path) -> None:
    (folder / "config.json").write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    "damage",
    [
        without_weights,
        with_cut_weights,
        without_files,
        without_pooling,
        with_odd_modules,
        with_broken_configuration,
    ],
)
def test_a_broken_folder_is_named_with_what_to_check(
    model: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    folder = shutil.copytree(model, tmp_path / "broken")
    damage(folder)
    with pytest.raises(ModelError, match=r"揃っているか確かめてください") as caught:
        TransformerEmbedder(str(folder)).embed_questions(["防災"])
    assert f"「{folder}」を読み込めません（" in str(caught.value)


def test_a_backend_without_its_package_says_what_to_install(model: Path) -> None:
    if find_spec("optimum"):
        pytest.skip("the package is installed")
    for backend in ("onnx", "onnx-int8"):
        with pytest.raises(ModelError, match=r"pip install sentence-transformers\[onnx\]"):
            TransformerEmbedder(str(model), backend=backend).embed_questions(["防災"])


def test_offline_an_unknown_name_is_refused_at_once_with_what_to_give_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from huggingface_hub import constants

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    # Read once, when the library was imported, which may have been for another test.
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="「nobody/no-such-model」を読み込めません") as caught:
        TransformerEmbedder("nobody/no-such-model").embed_questions(["防災"])
    assert "HF_HUB_OFFLINE" in str(caught.value)
    assert "フォルダーを指定してください" in str(caught.value)


@pytest.mark.parametrize(
    ("switch", "said"), [("1", "オフライン設定"), ("0", "ネットワーク"), ("", "--model words")]
)
def test_what_to_do_depends_on_whether_the_network_may_be_asked(
    monkeypatch: pytest.MonkeyPatch, switch: str, said: str
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", switch)
    assert said in str(unavailable("nobody/no-such-model", OSError("no route\nto host")))


# In an index


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(build, "read_concepts", list)
    monkeypatch.setattr(word_vectors, "extract", write_small_table)
    monkeypatch.setattr(store.os, "fsync", nothing)
    folder = small_corpus(tmp_path / "seeds")
    (folder / COMPACT).unlink()
    declare(folder)
    return folder


def test_an_index_is_built_kept_refreshed_and_refused_with_its_model(
    model: Path, seeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    own = shutil.copytree(model, tmp_path / "own")
    monkeypatch.chdir(tmp_path)
    manifest, done = build_index(seeds, home, model="own", report=nothing)
    assert done
    # A folder is kept by its full path: the next command may come from elsewhere.
    assert manifest.model == str(own)
    index = open_index(home, seeds)
    assert index.vectors.vectors.shape == (len(index.passages), 16)
    row = 5
    text = index.passages[row].text
    np.testing.assert_allclose(
        index.vectors.vectors[row],
        TransformerEmbedder(str(own)).embed_passages([text])[0],
        atol=1e-5,
    )
    assert index.embedder.embed_questions([text]).shape == (1, 16)

    # Built again without a model's name, it keeps the model and has nothing to do.
    monkeypatch.chdir(seeds)
    assert build_index(seeds, home, report=nothing) == (manifest, False)

    # A changed document has only its changed passages embedded.
    embedded: list[str] = []
    embed = TransformerEmbedder.embed_passages

    def spy(self: TransformerEmbedder, texts: list[str], progress: object = None) -> np.ndarray:
        embedded.extend(texts)
        return embed(self, texts, progress)

    monkeypatch.setattr(TransformerEmbedder, "embed_passages", spy)
    text = (seeds / AGREEMENT).read_text(encoding="utf-8")
    (seeds / AGREEMENT).write_text(text.replace("定めのない事項", "定めなき事項"), encoding="utf-8")
    declare(seeds)
    _, done = build_index(seeds, home, report=nothing)
    assert done
    assert 0 < len(embedded) < 5
    assert all("定めなき事項" in each for each in embedded)

    # A damaged index is built anew with its model, not silently with another.
    (current_generation(home) / "vectors.faiss").write_bytes(b"")
    assert build_index(seeds, home, report=nothing)[0].model == str(own)

    # With other weights in the folder, questions would be compared with foreign vectors.
    shutil.copytree(shutil.copytree(model, tmp_path / "newer"), own, dirs_exist_ok=True)
    (own / "README.md").write_text("another revision", encoding="utf-8")
    with pytest.raises(IndexStaleError, match=r"モデル「.*own」の版が違います.*「renkei index」"):
        open_index(home, seeds).embedder.embed_questions(["防災"])
    assert build_index(seeds, home, report=nothing)[1]
    assert open_index(home, seeds).embedder.embed_questions(["防災"]).shape == (1, 16)

    # Asked for by name, the embedded default takes over again.
    manifest, done = build_index(seeds, home, model=WORDS, report=nothing)
    assert done
    assert manifest.model == WORDS
    assert open_index(home, seeds).vectors.vectors.shape == (len(index.passages), 5)


def test_a_model_that_cannot_be_had_leaves_the_index_that_is_there(
    model: Path, seeds: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    build_index(seeds, home, report=nothing)
    before = current_generation(home)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ModelError, match=f"「{empty}」"):
        build_index(seeds, home, model=str(empty), report=nothing)
    assert current_generation(home) == before
    assert read_manifest(before).model == WORDS


def test_the_embedded_default_imports_neither_torch_nor_sentence_transformers(
    tmp_path: Path,
) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from index.build import build_index\n"
        "from index.opened import open_index\n"
        "import index.build\n"
        "index.build.read_concepts = list\n"
        "seeds, home = map(Path, sys.argv[1:])\n"
        "build_index(seeds, home, report=lambda *_: None)\n"
        "open_index(home, seeds).embedder.embed_questions(['防災'])\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'spacy', 'streamlit'}"
        " & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(small_corpus(tmp_path / "s")), str(tmp_path / "h")],
        env=offline_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "[]\n"
