"""Exact nearest passages by inner product. The only importer of FAISS."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from index.errors import IndexDamagedError

FILE = "vectors.faiss"

# Below 50,000 rows a flat scan is exact and takes microseconds; threads would only cost.
faiss.omp_set_num_threads(1)


class VectorIndex:
    """Passages' vectors in FAISS; row ``i`` is passage ``i``.

    Args:
        index: a flat inner-product index over vectors of length 1.
    """

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: npt.NDArray[np.float32]) -> VectorIndex:
        """Index ``vectors``, shape (passages, dimension), each of length 1."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def open(cls, folder: Path) -> VectorIndex:
        """Read what :meth:`save` wrote.

        Raises:
            IndexDamagedError: if the file can't be read.
        """
        try:
            # Deserialized from bytes, since FAISS can't open every path on Windows.
            content = np.frombuffer((folder / FILE).read_bytes(), dtype=np.uint8)
            return cls(faiss.deserialize_index(content))
        except (OSError, RuntimeError) as error:
            raise IndexDamagedError(
                f"索引のファイル {FILE} を読めません。「renkei index」を実行してください。"
            ) from error

    def save(self, folder: Path) -> None:
        """Write the index as :data:`FILE` into ``folder``."""
        (folder / FILE).write_bytes(faiss.serialize_index(self._index).tobytes())

    @property
    def size(self) -> int:
        """Number of passages."""
        return int(self._index.ntotal)

    @property
    def vectors(self) -> npt.NDArray[np.float32]:
        """All vectors again, shape (passages, dimension)."""
        stored: npt.NDArray[np.float32] = self._index.reconstruct_n(0, self.size)
        return stored

    def search(self, question: npt.NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """The ``limit`` nearest passages to a vector of shape (dimension,), best first.

        Returns:
            (passage, inner product) pairs; fewer than ``limit`` if there are fewer passages.
        """
        if not self.size or limit < 1:
            return []
        scores, rows = self._index.search(question.reshape(1, -1), min(limit, self.size))
        # FAISS pads with -1, which Python would take for the last passage.
        return [
            (int(row), float(score))
            for row, score in zip(rows[0], scores[0], strict=True)
            if row >= 0
        ]
