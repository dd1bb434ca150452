"""Fake engines for the evaluation, and a small labelled file that they answer."""

import json


def hit(no):
    return {"record": f"asahikawa-agreements/{no}", "no": no, "score": 1.0, "found_by": []}


def given(kind, said="", number=None, unit=None, nos=()):
    citations = [{"record": f"asahikawa-agreements/{no}", "no": no, "quote": ""} for no in nos]
    values = {"kind": kind, "text": said, "number": number, "unit": unit, "nos": list(nos)}
    return values | {"citations": citations, "related": [], "interpretation": ""}


ROLE_HIT = {"record": "biei-compact/除雪/甲", "no": None, "score": 9.0, "found_by": []}
NOT_FOUND = given("not_found", "見つかりません。")


class Engine:
    """Answers from dictionaries; what isn't in them is not found."""

    def __init__(self, hits=None, answers=None, near=None):
        self.hits, self.answers, self.near = hits or {}, answers or {}, near or {}
        self.searched, self.compared = [], []

    def search(self, question, limit):
        self.searched.append((question, limit))
        return self.hits.get(question, [])

    def similar(self, no, limit):
        self.compared.append(no)
        return self.near.get(no, [])

    def ask(self, turns):
        replies = [self.answers.get(turn, NOT_FOUND) for turn in turns]
        for reply in replies:
            if isinstance(reply, BaseException):
                raise reply
        return replies


LABELS = [
    {"id": "C1", "type": "lookup", "difficulty": "easy", "question": "停電", "relevant": {"3": 2}},
    {
        "id": "C2",
        "type": "lookup",
        "difficulty": "hard",
        "question": "除雪",
        "relevant": {"3": 2, "9": 1, "5": 1},
    },
    {
        "id": "C3",
        "type": "similar",
        "difficulty": "easy",
        "question": "No.7と似た協定",
        "given_no": 7,
        "relevant": {"8": 2},
    },
    {
        "id": "R1",
        "type": "role",
        "difficulty": "easy",
        "question": "役割",
        "must_contain": ["経費を負担"],
    },
    {
        "id": "S1",
        "type": "count",
        "question": "何件",
        "answer": {"number": 2, "unit": "件", "nos": [1, 2]},
    },
    {"id": "S2", "type": "list", "question": "どれ", "answer": {"nos": [1, 2]}},
    {"id": "U1", "question": "火星", "kind": "no_partner", "may_cite": []},
    {
        "id": "V1",
        "turns": [
            {"question": "何件", "expect": {"number": 2}},
            {"question": "どれ", "expect": {"nos": [1, 2]}},
        ],
    },
    {"id": "V2", "turns": [{"question": "何件", "expect": {"number": 2}}]},
    {"id": "H1", "kind": "nul", "input": "\u0000"},
]

HITS = {"停電": [hit(3), hit(4)], "除雪": [ROLE_HIT, hit(7), hit(3), hit(3), ROLE_HIT, hit(9)]}
ANSWERS = {
    "停電": given("lookup", "3番です。", nos=[3]),
    "除雪": given("lookup", "7番です。", nos=[7, 8, 9, 3]),
    "役割": given("role", "経費を負担します。"),
    "何件": given("count", "2件です。", 2, "件", [1, 2]),
}
NEAR = {7: [hit(8)]}


def write_labels(folder):
    """LABELS as a file."""
    file = folder / "labels.jsonl"
    lines = [json.dumps(label, ensure_ascii=False) for label in LABELS]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


class Oracle:
    """Answers every question of the sample from its own label."""

    def __init__(self, files):
        lines = [line for file in files for line in file.read_text("utf-8").split("\n") if line]
        self.labels = [json.loads(line) for line in lines]
        self.asked = {label["question"]: label for label in self.labels if "question" in label}

    def search(self, question, limit):
        return self._ranked(self.asked.get(question, {}))

    def similar(self, no, limit):
        return self._ranked(next(x for x in self.labels if x.get("given_no") == no))

    def _ranked(self, label):
        grades = label.get("relevant", {})
        return [hit(int(no)) for no in sorted(grades, key=grades.get, reverse=True)]

    def ask(self, turns):
        if len(turns) == 1 and turns[0] in self.asked:
            return [self._answer(self.asked[turns[0]])]
        expects = [
            [turn["expect"] for turn in label["turns"]]
            for label in self.labels
            if [turn["question"] for turn in label.get("turns", [])] == turns
        ]
        return [self._exact("fact", expect) for expect in expects[0]] if expects else [NOT_FOUND]

    def _answer(self, label):
        if "may_cite" in label:
            return given("not_found", "見つかりません。", nos=label["may_cite"])
        if "answer" in label:
            return self._exact("fact", label["answer"])
        if "must_contain" in label:
            return given("role", "、".join(label["must_contain"]))
        return given("lookup", nos=[row["no"] for row in self._ranked(label)])

    def _exact(self, kind, expected):
        said = "、".join(group[-1] for group in expected.get("text", []))
        return given(
            kind, said, expected.get("number"), expected.get("unit"), expected.get("nos", [])
        )
