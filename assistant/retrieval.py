"""Hybrid retrieval: which records answer a question, and why.

Candidates come from BM25, from the vectors and from the thesaurus; their union is ranked by a
convex combination of five scores, each between 0 and 1:

* ``lexical``: BM25 over fields,
* ``pairs``: shared character pairs, which survive compounds, names and typing errors,
* ``dense``: cosine of question and passage vectors,
* ``late``: each question term's best match in the passage (same term, same concept, similar word),
* ``concepts``: the question's concepts that the passage names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from assistant.results import Hit
from assistant.searching.lexicon import Lexicon
from assistant.searching.matching import (
    CharacterPairs,
    ConceptLinks,
    Floats,
    Rows,
    TermMatcher,
    trigger_strength,
)
from assistant.searching.reranking import REREAD, Reranker
from assistant.searching.variants import Variant, rewritten, variants
from index.opened import OpenIndex
from index.stopwords import says_something
from index.thesaurus import SAME, Mention, as_written, matched
from index.tokens import Token, tokenize


@dataclass(frozen=True)
class Weights:
    """The share of each score; together 1."""

    lexical: float = 0.1
    pairs: float = 0.1
    dense: float = 0.1
    late: float = 0.6
    concepts: float = 0.1


FIELD_WEIGHTS: Mapping[str, float] = {
    "title": 1.0,
    "partner": 0.9,
    "purpose": 0.8,
    "content": 0.8,
    "department": 0.5,
}
CANDIDATES = 200
# From this strength on a question's word counts as met by a passage.
MET = 0.4
MAX_NAMED = 3
_KANJI = re.compile("[一-龠々]")
# The reader writes these in kanji wherever they are typed in kana.
_TABLE_WORDS = re.compile("協定書?|覚書|締結|何件|件数|一覧")


@dataclass(frozen=True)
class Probe:
    """A question prepared for matching.

    Attributes:
        text: the question, words that nothing knows as they are written replaced.
        tokens: those of its tokens that say something about its topic.
        rarity: (tokens,) how rare each token's term is.
        mentions: the concepts it names, by position in ``tokens``.
        variants: what was replaced.
    """

    text: str
    tokens: tuple[Token, ...]
    rarity: Floats
    mentions: tuple[Mention, ...]
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True)
class Scored:
    """Candidates and their scores: ``rows`` are passages, every array has shape (candidates,)."""

    rows: Rows
    parts: Mapping[str, Floats]
    best: Floats
    """(tokens, candidates): each token's best match in each candidate."""


class Retriever:
    """Searches an opened index; holds the matrices that scoring needs, safe to share by threads.

    Args:
        index: the opened index.
        weights: the share of each score.
        reranker: reads the best hits again; nothing does if left out.
    """

    def __init__(
        self,
        index: OpenIndex,
        weights: Weights | None = None,
        *,
        reranker: Reranker | None = None,
    ) -> None:
        self._index = index
        self._reranker = reranker
        self._texts = {passage.record: passage.text for passage in index.passages}
        self._shares = asdict(weights or Weights())
        self._vectors = index.vectors.vectors
        self._terms = TermMatcher(index.vocabulary, index.terms, index.words, FIELD_WEIGHTS)
        self._table = index.thesaurus
        self._links = ConceptLinks(self._table, index.terms)
        self._lexicon = Lexicon(index)
        self._pairs = CharacterPairs([passage.text for passage in index.passages])
        self._held = [
            frozenset(term for terms in fields.values() for term in terms) for fields in index.terms
        ]

    @cached_property
    def _compounds(self) -> Lexicon:
        """For questions without any kanji, whose words are compounds more often than not."""
        return Lexicon(self._index, compounds=True)

    def search(
        self, question: str, limit: int = 10, *, kinds: Sequence[str] | None = None
    ) -> list[Hit]:
        """The ``limit`` records that answer ``question`` best, best first.

        Args:
            question: a question, or just words.
            limit: how many at most.
            kinds: only records of these kinds (:func:`index.records.kind_of`); all if left out.
        """
        if self._reranker is None:
            return self._first(question, limit, kinds)
        hits = self._first(question, max(limit, REREAD), kinds)
        texts = [self._texts[hit.record.id] for hit in hits]
        return self._reranker.rerank(question, hits, texts)[:limit]

    def _first(self, question: str, limit: int, kinds: Sequence[str] | None) -> list[Hit]:
        probe = self.probe(question)
        scored = self.score(probe)
        totals = self.combine(scored.parts)
        hits: list[Hit] = []
        whole = float(probe.rarity.sum())
        for position in np.argsort(-totals, kind="stable"):
            if len(hits) >= limit or totals[position] <= 0:
                break
            passage = self._index.passages[scored.rows[position]]
            if kinds is None or passage.kind in kinds:
                reasons = self._reasons(probe, scored, int(position))
                record = self._index.records[passage.record]
                best = scored.best[:, position]
                evidence = float(probe.rarity @ best)
                hits.append(
                    Hit(
                        record,
                        float(totals[position]),
                        reasons,
                        evidence=evidence,
                        met=int((best >= MET).sum()),
                        share=evidence / whole if whole else 0.0,
                    )
                )
        return hits

    def meets_all(self, tokens: Sequence[Token]) -> set[str]:
        """Ids of the records that hold the term of each of ``tokens``, or name its very concept."""
        terms = [token.term for token in tokens]
        met = np.zeros((len(terms), len(self._index.passages)), dtype=bool)
        for number, term in enumerate(terms):
            met[number] = self._holds(term)
        for mention in self._table.find(terms):
            if mention.phrase.relation == SAME:
                met[mention.start : mention.end] |= self._links.strengths(mention.concept) == 1.0
        return {
            passage.record
            for passage, all_met in zip(self._index.passages, np.all(met, axis=0), strict=True)
            if all_met
        }

    def probe(self, question: str) -> Probe:
        """Cut ``question`` into what is worth matching."""
        kana = not _KANJI.search(_TABLE_WORDS.sub("", question))
        meant = variants(question, self._compounds if kana else self._lexicon)
        text = rewritten(question, meant)
        every = matched(tokenize(text))
        place: dict[int, int] = {}
        for position, token in enumerate(every):
            if says_something(token):
                place[position] = len(place)
        tokens = tuple(every[position] for position in place)
        rarity = [self._index.vocabulary.rarity(token.term) for token in tokens]
        mentions = []
        for mention in self._table.find([token.term for token in every]):
            if not as_written(self._table.concepts[mention.concept], mention, every, text):
                continue
            within = [place[n] for n in range(mention.start, mention.end) if n in place]
            if within:
                mentions.append(replace(mention, start=within[0], end=within[-1] + 1))
        return Probe(text, tokens, np.array(rarity, dtype=np.float32), tuple(mentions), meant)

    def score(self, probe: Probe) -> Scored:
        """The candidates for ``probe`` and their scores, each between 0 and 1."""
        lexical = self._lexical(probe)
        question = self._index.embedder.embed_questions([probe.text])[0]
        near = self._index.vectors.search(question, CANDIDATES)
        concepts, strengths = self._concepts(probe)
        rows = np.union1d(
            np.array([*lexical, *(row for row, _ in near)], dtype=np.int64),
            np.flatnonzero(concepts).astype(np.int64),
        )
        best = self._terms.best(self._terms.similarities([token.term for token in probe.tokens]))
        best = np.maximum(best, strengths)[:, rows]
        weight = float(probe.rarity.sum())
        parts = {
            "lexical": np.array([lexical.get(int(row), 0.0) for row in rows], dtype=np.float32),
            "pairs": self._pairs.overlap(probe.text)[rows],
            "dense": np.clip(self._vectors[rows] @ question, 0, 1),
            "late": (probe.rarity @ best) / weight if weight else np.zeros(len(rows), np.float32),
            "concepts": concepts[rows],
        }
        return Scored(rows, parts, best)

    def combine(self, parts: Mapping[str, Floats]) -> Floats:
        """The convex combination of the scores, shape (candidates,)."""
        total: Floats = sum(share * parts[name] for name, share in self._shares.items())
        return total

    def _holds(self, term: str) -> npt.NDArray[np.bool_]:
        """Which passages hold ``term``, shape (passages,)."""
        found = self._index.keywords.search(
            {term: 1.0}, dict.fromkeys(FIELD_WEIGHTS, 1.0), len(self._index.passages)
        )
        holds = np.zeros(len(self._index.passages), dtype=np.bool_)
        holds[[row for row, _ in found]] = True
        return holds

    def _lexical(self, probe: Probe) -> dict[int, float]:
        """BM25 by passage, as a share of the best passage's."""
        weights = {token.term: 1.0 for token in probe.tokens}
        found = self._index.keywords.search(weights, FIELD_WEIGHTS, CANDIDATES)
        highest = max((score for _, score in found), default=0.0)
        return {row: score / highest for row, score in found} if highest else {}

    def _concepts(self, probe: Probe) -> tuple[Floats, Floats]:
        """How far each passage names the question's concepts.

        Returns:
            (passages,) the share of the question's concepts, by rarity, that a passage names; and
            (tokens, passages) how closely it names the concepts that each token belongs to.
        """
        count = len(self._index.passages)
        total, whole = np.zeros(count, dtype=np.float32), 0.0
        by_token = np.zeros((len(probe.tokens), count), dtype=np.float32)
        strongest: dict[int, float] = {}
        for mention in probe.mentions:
            strength = trigger_strength(mention)
            strongest[mention.concept] = max(strongest.get(mention.concept, 0.0), strength)
            linked = strength * self._links.strengths(mention.concept)
            tokens = slice(mention.start, mention.end)
            by_token[tokens] = np.maximum(by_token[tokens], linked)
        for concept, strength in strongest.items():
            rarity = self._links.rarity(concept) * strength
            whole += rarity
            total += rarity * self._links.strengths(concept)
        return (total / whole if whole else total), by_token

    def _reasons(self, probe: Probe, scored: Scored, position: int) -> tuple[str, ...]:
        """Why a candidate was found: its strongest scores first, each in a few words."""
        row = int(scored.rows[position])
        held = self._held[row]
        same = [token.surface for token in probe.tokens if token.term in held]
        named = []
        for mention in sorted(probe.mentions, key=lambda mention: mention.start - mention.end):
            phrase = self._links.phrase(mention.concept, row)
            if phrase is not None and phrase != mention.phrase.text:
                named.append(f"{mention.phrase.text}→{phrase}")
        named = list(dict.fromkeys(named))[:MAX_NAMED]
        near = [
            token.surface
            for token, best in zip(probe.tokens, scored.best[:, position], strict=True)
            if 0 < best < 1 and token.term not in held
        ]
        reasons = {
            "lexical": f"同じ語：{'、'.join(dict.fromkeys(same))}" if same else "",
            "concepts": f"言い換え：{'、'.join(named)}" if named else "",
            "late": f"近い語：{'、'.join(dict.fromkeys(near))}" if near else "",
            "pairs": "同じ文字の並び",
            "dense": "文全体の近さ",
        }
        strength = {
            name: share * float(scored.parts[name][position])
            for name, share in self._shares.items()
        }
        ordered = sorted(strength, key=lambda name: -strength[name])
        read = [f"{v.reason}：{v.written}" for v in probe.variants if set(v.terms) & held]
        return (
            *dict.fromkeys(read),
            *(reasons[name] for name in ordered if strength[name] > 0 and reasons[name]),
        )
