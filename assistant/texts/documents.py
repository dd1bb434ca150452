"""The documents beside the table: which are named, when they were signed and by whom."""

from __future__ import annotations

import re
from collections.abc import Collection

from assistant.desk import Desk
from assistant.question import Question
from assistant.results import Answer
from index.normalization import without_space
from index.records import Section, SourceDocument
from index.tokens import terms

# Whatever an agreement is called after the short name of one.
_AS_AGREEMENT = re.compile(
    r"(?:圏域?|町|市)?(?:と?の)?(?:形成に関する)?(?:連携)?"
    r"(?:協定書?|協約|取り?決め|約束|決まり|申し?合わせ|契約|合意)"
)
_IN_WORD = re.compile(r"[一-龠々]")
# The municipality and its shape stand in every line of a compact: they tell nothing apart.
_NAMES_OF_SELF = ("旭川市", "旭川", "圏域", "連携")
_ANY_TOWN = re.compile(r"(?:各|\d)?[市町村](?=[や、町村のはがでを ])|まち|自治体")
_SIGNED = "締結者"


def named_documents(desk: Desk, text: str) -> list[SourceDocument]:
    """The documents other than the table that ``text`` names, by what they are called.

    Where it calls some of them agreements (南空知の協定で…), others that are named only by a party
    (…美瑛町の役割は) aren't meant.
    """
    found = [
        document
        for document in desk.index.documents.values()
        if document.key != desk.source.key
        and any(_is_named(desk, document, text, name) for name in document.called)
    ]
    called = [d for d in found if any(_AS_AGREEMENT.match(text, end) for end in _ends(d, text))]
    return called or found


def without_names(desk: Desk, text: str, keys: Collection[str]) -> str:
    """``text`` without the words that name the documents ``keys``, which tell none apart."""
    for key in keys:
        document = desk.index.documents[key]
        for name in sorted((*document.called, *_NAMES_OF_SELF), key=len, reverse=True):
            text = text.replace(name, " ")
    return _ANY_TOWN.sub(" ", text) if keys else text


def _is_named(desk: Desk, document: SourceDocument, text: str, name: str) -> bool:
    """Whether ``name`` stands for the document, and not within a word of another one's.

    再調査委員会 is a matter of the slides: it doesn't speak of the survey (調査).
    """
    for match in re.finditer(re.escape(name), text):
        start, end = match.span()
        while start and _IN_WORD.match(text[start - 1]):
            start -= 1
        while end < len(text) and _IN_WORD.match(text[end]):
            end += 1
        word = text[start:end]
        held = [key for key, printed in desk.printed.items() if word != name and word in printed]
        if not held or document.key in held:
            return True
    return False


def _ends(document: SourceDocument, text: str) -> list[int]:
    return [m.end() for name in document.called for m in re.finditer(re.escape(name), text)]


def shared_compacts(desk: Desk, text: str) -> list[str]:
    """Keys of the compacts of which ``text`` names several parties: 「旭川と美瑛の…」."""
    found = []
    for key in dict.fromkeys(role.compact for role in desk.roles):
        names = {role.party_name for role in desk.roles if role.compact == key}
        if sum(_stem(name) in text for name in names) > 1:
            found.append(key)
    return found


_DATE_OF = re.compile(r"いつ|締結日|日付|年月日|何年|締結され")
_SIGNERS = re.compile(
    r"代表者|署名|締結者|記名|調印|[市町村]長(?:は|の|として|名)|誰が(?:結|締|署)|首長|名義"
)
_MEMBERS = re.compile(
    r"参加|構成(?:する|市|団体|自治体)|加わっ|メンバー|当事者|どの(?:市|町|自治体)が|市町(?:は|を|名)"
)


_OF_A_COMPACT = frozenset(
    {
        "締結",
        "代表",
        "署名",
        "参加",
        "構成",
        "双方",
        "市町",
        "町",
        "市",
        "当事",
        "圏域",
        "協約",
        "首長",
        "氏名",
        "名前",
        "市長",
        "町長",
    }
)


def _is_meant(party: str, text: str) -> bool:
    """Whether one party is asked for, and not just named in what the compact is called."""
    return bool(re.search(rf"{re.escape(party)}(?!との?[^、。]{{0,12}}(?:協約|協定))", text))


def about_document(desk: Desk, asked: Question, key: str) -> Answer | None:
    """When a compact was concluded, who signed it, who its parties are; None for other things."""
    wanted = [
        heading
        for pattern, heading in ((_DATE_OF, "締結日"), (_SIGNERS, _SIGNED), (_MEMBERS, _SIGNED))
        if pattern.search(asked.text)
    ]
    found = [s for s in desk.sections if s.document == key and wanted and s.heading[0] == wanted[0]]
    document = desk.index.documents[key]
    own = set(terms(" ".join((document.title, document.municipality, *document.called))))
    others = {token.term for token in asked.topic} - own - _OF_A_COMPACT
    if not found or len(others) > 1:
        return None
    meant = [section for section in found if _is_meant(_party_of(section), asked.text)]
    if wanted[0] == _SIGNED and len(meant) == 1 and _SIGNERS.search(asked.text):
        found = meant
    title = desk.index.documents[key].title
    number = None
    if wanted[0] == "締結日":
        text = f"{title}の締結日は、{found[0].text}です。"
    elif _SIGNERS.search(asked.text):
        lines = [f"・{' '.join(section.text.split())}" for section in found]
        text = "\n".join([f"{title}の締結者は次のとおりです。", *lines])
    else:
        names = "、".join(section.heading[-1] for section in found)
        text = f"{title}の当事者は、{names}の {len(found)} 者です。"
        number = len(found)
    return Answer(
        "fact",
        text,
        number=number,
        unit=None if number is None else "者",
        citations=tuple(desk.cite_whole(section, section.text) for section in found),
        interpretation=f"文書＝{title}、項目＝{wanted[0]}",
    )


def _party_of(section: Section) -> str:
    """The party that a signature is of: ``甲 旭川市`` → ``旭川市``."""
    return section.heading[-1].split()[-1]


def swapped_parties(desk: Desk, asked: Question, keys: Collection[str]) -> Answer | None:
    """The answer if the question takes 甲 for 乙; None if it doesn't."""
    text = without_space(asked.text)
    for compact in dict.fromkeys(role.compact for role in desk.roles):
        for party, name in _claims(desk, compact):
            claimed = re.search(
                rf"{party}(?:である|\(|の|=|は){name}|{name}(?:である|\(|=|は){party}", text
            )
            if claimed and (compact in keys or not keys):
                true = {r.party: r.party_name for r in desk.roles if r.compact == compact}
                if true.get(party) != name:
                    told = "、".join(f"{p}は{n}" for p, n in true.items())
                    title = desk.index.documents[compact].title
                    signed = [
                        section
                        for section in desk.sections
                        if section.document == compact and section.heading[0] == _SIGNED
                    ]
                    return Answer(
                        "not_found",
                        f"{title}では、{told}です。お尋ねの前提と違うため、答えられません。",
                        related=tuple(desk.cite_whole(section, section.text) for section in signed),
                        interpretation=f"文書＝{title}",
                    )
    return None


def _claims(desk: Desk, compact: str) -> list[tuple[str, str]]:
    roles = [role for role in desk.roles if role.compact == compact and len(role.party) == 1]
    parties = {role.party for role in roles}
    names = {role.party_name for role in roles}
    return [(party, name) for party in sorted(parties) for name in sorted(names)]


def _stem(name: str) -> str:
    """``美瑛町`` → ``美瑛``, as people call it."""
    return name[:-1] if len(name) > 2 and name[-1] in "市町村" else name
