"""How parties are spoken of: names without form, place or branch; legal forms; municipalities.

All patterns are matched on normalized text without white space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.normalization import without_space

_LEGAL = (
    "株式会社|有限会社|合同会社|相互会社|一般社団法人|公益社団法人|社団法人|一般財団法人"
    "|公益財団法人|財団法人|社会福祉法人|医療法人|学校法人|国立大学法人|公立大学法人|地方独立行政法人"
    "|独立行政法人|国立研究開発法人|認定特定非営利活動法人|特定非営利活動法人|認定npo法人|npo法人"
)
LEGAL_FORM = re.compile(rf"{_LEGAL}|\((?:株|有|公社|一社|公財|一財|福|医|学)\)")
_COOPERATIVE = re.compile(r"^(?:生活協同組合|協同組合)(?=.)")
_BRACKET = re.compile(r"\(([^()]{0,60})\)")
_OWN_PLACE = re.compile(r"^(?:旭川市|旭川|あさひかわ|北海道)")
_PREFECTURE = re.compile(r"^[^県府都]{2,3}[県府都](?=.{1,6}[市町村]$)")
# A company's form after its name: what follows is a branch or a shop of it.
_COMPANY = re.compile(r"^([^()]{2,}?)(?:株式会社|相互会社|有限会社|\(株\))(?=.)")
# Parts of one body, as against a body of its own: its branches, schools and works.
_BRANCH = re.compile(
    r"(?:(?:北海道|旭川|札幌|道北|東日本|北|中央|上川|永山|リテール|総合|統括)*"
    r"(?:支店|支社|支部|支局|本部|営業部|事業部|事業所|事業本部|工場|統括支社|統括部|エリア統括部|生保支社"
    r"|支部長|管理者))+$"
)
_FACULTY = re.compile(
    r"(?<=大学)(?:大学院)?[^・]{0,20}(?:学部|研究科|研究室|図書館|キャンパス|病院|短期大学部)[^・]{0,12}$"
)
# What a legal form is called in a question, and how cells print it.
_FORMS: tuple[tuple[str, str, str], ...] = (
    ("社会福祉法人", r"社会福祉法人|社福", r"社会福祉法人|\(福\)"),
    ("NPO法人", r"npo(?:法人)?|特定非営利活動法人|認定npo法人", r"npo法人|特定非営利活動法人"),
    ("一般社団法人", r"一般社団法人|一社", r"一般社団法人|\(一社\)"),
    ("公益社団法人", r"公益社団法人|公社\(公益", r"公益社団法人|\(公社\)"),
    ("一般財団法人", r"一般財団法人", r"一般財団法人|\(一財\)"),
    ("公益財団法人", r"公益財団法人", r"公益財団法人|\(公財\)"),
    ("社団法人", r"社団法人", r"社団法人|\([公一]社\)"),
    ("財団法人", r"財団法人", r"財団法人|\([公一]財\)"),
    ("医療法人", r"医療法人", r"医療法人"),
    ("学校法人", r"学校法人", r"学校法人"),
    ("国立大学法人", r"国立大学法人", r"国立大学法人"),
    ("公立大学法人", r"公立大学法人", r"公立大学法人"),
    ("国立研究開発法人", r"国立研究開発法人", r"国立研究開発法人"),
    ("地方独立行政法人", r"地方独立行政法人", r"地方独立行政法人"),
    ("独立行政法人", r"独立行政法人|独法", r"(?<!地方)独立行政法人"),
    ("合同会社", r"合同会社", r"合同会社"),
    ("有限会社", r"有限会社", r"有限会社|\(有\)"),
    ("相互会社", r"相互会社", r"相互会社"),
    ("株式会社", r"株式会社", r"株式会社|\(株\)"),
    ("協同組合", r"協同組合", r"協同組合"),
)
_FORM_PATTERNS = tuple(
    (name, re.compile(said), re.compile(printed)) for name, said, printed in _FORMS
)
# Words beside a kind of partner that tell nothing more: 「農協・団体との」, 「大手コンビニ」.
_GENERAL = "団体|機関|組織|企業|会社|事業者|法人|業者|役所"
# Such a word after a name or a kind: 「海外の組織」.
OF_GENERAL = rf"の(?:{_GENERAL}|相手方?)"
_FILLER = re.compile(
    rf"(?<=[一-龠々ァ-ヴー])(?:・|や|および|及び|または|又は)(?:{_GENERAL})(?:等|など)?(?=との|と結|が相手|を相手|と交)"
    r"|大手(?![町門通前])(?:の)?(?=[一-龠ァ-ヴ])|(?<=[ァ-ヴー])大手(?=[とがをのは])"
)
_BEFORE_NAME = r"(?<![一-龠々ァ-ヴーa-z0-9])"
_MUNICIPAL = re.compile(
    rf"{_BEFORE_NAME}(?:ほかの|他の|よその|近隣の?|周辺の?|隣の)?(?:○○|〇〇|◯◯)?"
    r"(?P<what>市町村|市区町村|自治体|地方公共団体|市町|町村|市(?=という|そのもの|自体|や町|と町|・町|が相手|を相手|である)"
    r"|町(?![内民長営立家並]|議会|役場|づくり|おこし|の中)|村(?![内民長営立]|議会|役場))(?:という(?:市|町|村))?"
    r"(?:そのもの|自体|本体)?"
)
_KINDS = {"市町村": "市町村", "市区町村": "市町村", "自治体": "市町村", "地方公共団体": "市町村"}
_MUNICIPALITY = re.compile(r"[^・()]{1,7}[市町村]")


def without_filler(text: str) -> str:
    """``text`` without words beside a kind of partner that tell nothing more."""
    return _FILLER.sub("", text)


def cores(party: str) -> set[str]:
    """The ways a party's name is said: without legal form, brackets, branch and place."""
    text = without_space(party)
    plain = _BRACKET.sub("", LEGAL_FORM.sub("", text)) or text
    said = {text, _BRACKET.sub("", text), plain, _COOPERATIVE.sub("", plain)}
    said |= set(_BRACKET.findall(LEGAL_FORM.sub("", text)))
    said |= {match[1] for name in (text, plain) if (match := _COMPANY.match(name))}
    said |= {LEGAL_FORM.sub("", without_space(part)) for part in party.split()}
    said |= {_BRANCH.sub("", _FACULTY.sub("", name)) for name in tuple(said)}
    said |= {_PREFECTURE.sub("", name) for name in tuple(said)}
    return {name for name in said if len(name) > 1 and not _BRANCH.fullmatch(name)}


def without_place(name: str) -> str:
    """A name without the place it begins with: 医師会 of 旭川市医師会; the whole if none is."""
    return _OWN_PLACE.sub("", name) or name


def is_municipality(party: str) -> str | None:
    """市, 町 or 村 if a party is a single municipality; None for all others."""
    name = _PREFECTURE.sub("", _BRACKET.sub("", without_space(party)))
    if "各市" in name or any(char.isdigit() for char in name):
        return None
    return name[-1] if _MUNICIPALITY.fullmatch(name) else None


def legal_forms(text: str) -> Iterator[tuple[str, re.Pattern[str], int, int]]:
    """Legal forms that ``text`` speaks of as such: (name, how cells print it, start, end).

    A form that a name follows or precedes (株式会社安井組) belongs to the name.
    """
    taken: list[tuple[int, int]] = []
    for name, said, printed in _FORM_PATTERNS:
        for match in said.finditer(text):
            start, end = match.span()
            if any(first < end and start < last for first, last in taken):
                continue
            taken.append((start, end))
            yield name, printed, start, end


def municipal_words(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Words for municipalities as such: (word, which of 市町村 they are, start, end)."""
    for match in _MUNICIPAL.finditer(text):
        what = _KINDS.get(match["what"], match["what"])
        yield match["what"], what, match.start(), match.end()
