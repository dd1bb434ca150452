"""Word vectors that travel inside a package: ja-ginza's table, in a form that opens at once.

ja-ginza holds 300-dimensional vectors for 480,443 Japanese words mapped onto 20,000 rows
(Apache-2.0), keyed by a 64-bit hash of the word. Reading it through spaCy costs seconds and half a
gigabyte, so :func:`extract` rewrites it once, while the index is built, as three NumPy arrays that
are mapped into memory afterwards.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.errors import IndexDamagedError, ModelError

PACKAGE = "ja-ginza"
FILES = ("word-keys.npy", "word-rows.npy", "word-vectors.npy")
_MASK = 0xFFFFFFFFFFFFFFFF
_MULTIPLIER = 0xC6A4A7935BD1E995
_SPACY_SEED = 1


@dataclass(frozen=True)
class WordVectors:
    """A word-vector table mapped into memory.

    Attributes:
        keys: (words,) uint64, sorted: the words' hashes.
        rows: (words,) int32: each word's row in ``vectors``.
        vectors: (rows, dimension) float16, each of length 1.
    """

    keys: npt.NDArray[np.uint64]
    rows: npt.NDArray[np.int32]
    vectors: npt.NDArray[np.float16]

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self.vectors.shape[1])

    def row(self, word: str) -> int | None:
        """The word's row in ``vectors``, or None if the table doesn't know it."""
        key = np.uint64(word_hash(word))
        position = int(np.searchsorted(self.keys, key))
        if position == len(self.keys) or self.keys[position] != key:
            return None
        return int(self.rows[position])

    def vector(self, word: str) -> npt.NDArray[np.float32] | None:
        """The word's vector, float32 of length 1, or None if the table doesn't know it."""
        row = self.row(word)
        return None if row is None else self.vectors[row].astype(np.float32)


def fingerprint() -> str:
    """Name and version of the package the vectors come from.

    Raises:
        ModelError: if it isn't installed.
    """
    try:
        return f"{PACKAGE} {version(PACKAGE)}"
    except PackageNotFoundError:
        raise ModelError(
            f"単語ベクトルのパッケージ {PACKAGE} がありません。"
            f"「pip install {PACKAGE}」を実行するか、--model で別のモデルを指定してください。"
        ) from None


def extract(folder: Path) -> None:
    """Write ja-ginza's table as :data:`FILES` into ``folder``.

    Raises:
        ModelError: if the package is missing or has another layout than known.
    """
    import srsly

    fingerprint()
    source = _vocabulary_folder()
    try:
        row_of: dict[int, int] = srsly.read_msgpack(source / "key2row")
        vectors = np.load(source / "vectors", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{PACKAGE} の単語ベクトルを読めません（{error}）。入れ直してください。"
        ) from error
    keys = np.fromiter(row_of.keys(), dtype=np.uint64, count=len(row_of))
    rows = np.fromiter(row_of.values(), dtype=np.int32, count=len(row_of))
    order = np.argsort(keys)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths == 0, 1, lengths)
    for name, array in zip(FILES, (keys[order], rows[order], unit.astype(np.float16)), strict=True):
        np.save(folder / name, array, allow_pickle=False)


def open_word_vectors(folder: Path) -> WordVectors:
    """Map the table that :func:`extract` wrote.

    Raises:
        IndexDamagedError: if a file is missing or no NumPy array.
        MemoryError: if there is no room to map it.
    """
    try:
        keys, rows, vectors = (
            np.load(folder / name, mmap_mode="r", allow_pickle=False) for name in FILES
        )
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOMEM:
            raise MemoryError from error
        raise IndexDamagedError(
            "単語ベクトルのファイルを読めません。「renkei index」を実行してください。"
        ) from error
    return WordVectors(keys, rows, vectors)


@lru_cache(maxsize=16_384)
def word_hash(word: str) -> int:
    """The 64-bit key of ``word`` in spaCy's tables: MurmurHash64A of its UTF-8 bytes, seed 1."""
    data = word.encode("utf-8", "surrogatepass")
    value = _SPACY_SEED ^ (len(data) * _MULTIPLIER & _MASK)
    whole = len(data) - len(data) % 8
    for position in range(0, whole, 8):
        block = int.from_bytes(data[position : position + 8], "little") * _MULTIPLIER & _MASK
        block = (block ^ block >> 47) * _MULTIPLIER & _MASK
        value = (value ^ block) * _MULTIPLIER & _MASK
    if whole < len(data):
        value = (value ^ int.from_bytes(data[whole:], "little")) * _MULTIPLIER & _MASK
    value = (value ^ value >> 47) * _MULTIPLIER & _MASK
    return value ^ value >> 47


def _vocabulary_folder() -> Path:
    # Found through the package's file list: importing ja_ginza would import all of spaCy.
    for file in distribution(PACKAGE).files or ():
        if file.name == "key2row":
            return Path(str(file.locate())).parent
    raise ModelError(
        f"{PACKAGE} の中に単語ベクトルが見つかりません。固定された版を入れ直してください。"
    )
