"""Any sentence-transformers model as an embedder, by name or local folder.

Importing sentence_transformers costs seconds and half a gigabyte, so it happens only when such a
model is really used. ``HF_HUB_OFFLINE=1`` keeps it from asking the network for anything.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.embedding import Progress, Vectors, hash_text
from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BACKENDS = ("torch", "onnx", "onnx-int8", "openvino")
# The quantized file that sentence-transformers exports for processors with AVX2.
INT8_FILE = "onnx/model_quint8_avx2.onnx"
BATCH = 32
# What huggingface_hub takes for a set switch.
_TRUE = frozenset({"1", "ON", "YES", "TRUE"})


class TransformerEmbedder:
    """A sentence-transformers model, loaded at its first use.

    Args:
        name: a model's name on the hub, or a folder that holds one.
        backend: what runs it, one of :data:`BACKENDS`; the last two need their own packages.
        batch: how many texts go through the model together.
    """

    def __init__(self, name: str, *, backend: str = "torch", batch: int = BATCH) -> None:
        if backend not in BACKENDS:
            raise ModelError(
                f"実行方式「{backend}」は使えません。{'、'.join(BACKENDS)} から選んでください。"
            )
        self._name = name
        self._backend = backend
        self._batch = batch

    @cached_property
    def _model(self) -> SentenceTransformer:
        return load_model(self._name, self._backend)

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def fingerprint(self) -> str:
        """Name, revision, backend, prompts and library version."""
        query, passage = self._prompts
        return (
            f"{self._name} {_revision(self._name)}, {self._backend}, "
            f"{query!r} {passage!r}, sentence-transformers {version('sentence-transformers')}"
        )

    @property
    def _prompts(self) -> tuple[str, str]:
        """What is put before a question and before a passage."""
        own = self._model.prompts
        query = own.get("query") or ""
        passage = own.get("document") or own.get("passage") or ""
        if query or passage:
            return query, passage
        return customary_prompts(self._name)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors of passages, shape (texts, dimension), batch by batch."""
        parts = [np.zeros((0, self.dimension), dtype=np.float32)]
        for start in range(0, len(texts), self._batch):
            batch = list(texts[start : start + self._batch])
            parts.append(self._encode(batch, self._prompts[1]))
            if progress:
                progress(min(start + self._batch, len(texts)), len(texts))
        return np.concatenate(parts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, shape (texts, dimension)."""
        return self._encode(list(texts), self._prompts[0])

    def _encode(self, texts: list[str], prompt: str) -> Vectors:
        vectors = self._model.encode(
            texts,
            prompt=prompt,
            batch_size=self._batch,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), -1)


def load_model(name: str, backend: str = "torch") -> SentenceTransformer:
    """Load a model by name or folder.

    Raises:
        ModelError: if it can't be had; the message says what to do.
    """
    try:
        from sentence_transformers import SentenceTransformer

        if backend == "onnx-int8":
            return SentenceTransformer(name, backend="onnx", model_kwargs={"file_name": INT8_FILE})
        return SentenceTransformer(name, backend=backend)  # type: ignore[arg-type]  # checked
    # What the libraries below raise for a broken folder or a missing backend has no common base
    # but Exception, and is at times a bare one.
    except Exception as error:
        raise unavailable(name, error, backend) from error


def unavailable(name: str, error: Exception, backend: str = "torch") -> ModelError:
    """The error for a model that can't be loaded, with what to do about it."""
    if Path(name).exists():
        advice = "フォルダーに sentence-transformers 形式のモデルが揃っているか確かめてください。"
        if backend != "torch":
            extra = backend.removesuffix("-int8")
            advice += f"「pip install sentence-transformers[{extra}]」も必要です。"
    elif os.environ.get("HF_HUB_OFFLINE", "").upper() in _TRUE:
        advice = (
            "オフライン設定（HF_HUB_OFFLINE）です。取得済みのモデルのフォルダーを指定してください。"
        )
    else:
        advice = (
            "名前とネットワークを確かめるか、取得済みのモデルのフォルダーを指定してください。"
            "モデルなしで使うには「renkei index --model words」を実行してください。"
        )
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return ModelError(f"モデル「{name}」を読み込めません（{reason[:120]}）。{advice}")


def customary_prompts(name: str) -> tuple[str, str]:
    """The (query, passage) prompts customary for a model's family; empty strings if none are."""
    data = tomllib.loads(files("index").joinpath("data/models.toml").read_text(encoding="utf-8"))
    known = Path(name).name.lower()
    for entry in data["prompts"]:
        if entry["match"] in known:
            return entry["query"], entry["passage"]
    return "", ""


def _revision(name: str) -> str:
    folder = Path(name)
    if folder.is_dir():
        listing = sorted(
            f"{path.relative_to(folder).as_posix()} {path.stat().st_size} {path.stat().st_mtime_ns}"
            for path in folder.rglob("*")
            if path.is_file()
        )
        return hash_text("\n".join(listing).encode())
    from huggingface_hub import try_to_load_from_cache

    cached = try_to_load_from_cache(name, "config.json")
    return Path(cached).parent.name if isinstance(cached, str) else ""
