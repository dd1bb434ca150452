"""What a question takes for granted, checked against the row it speaks of.

「No.164は平成に結ばれたそうですが…」 names a row and claims something of it. Each claim is compared
with the row: one that is wrong makes the answer a no with the true value; a question that only
asks whether it is so (「平成の締結ですか？」) gets a yes or a no.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.aggregates import Condition
from assistant.desk import Desk
from assistant.question import Question
from assistant.quotes import sentences
from assistant.refusing.missing_columns import wanted
from assistant.refusing.refusals import is_withheld, withheld
from assistant.results import Answer, Citation
from assistant.understanding.intents import Column
from assistant.wording import column_quote, column_sentence, number_and_title, one_line
from index.errors import CitationError
from index.normalization import without_space
from index.records import Agreement
from index.spelling import fold_kanji
from index.stopwords import is_about_table, says_something
from index.tokens import terms, tokenize

RELATED = 3
# A description is known if some row meets it this well, and foreign to a row that has less than
# this share of the best row's score and meets none of its words.
KNOWN, FAR = 0.4, 0.35
# What compares or sets apart names other rows than the one spoken of.
_COMPARES = re.compile(
    r"どちら|どっち|より(?:も|先|前|後|早|遅|古|新|多|少)?|違い|違う|違って|比べ|比較|同じ|似て|似た|類似|近い|以外|ほか|他[にのも]|別の|もし|仮に|だけでなく|ではなく|じゃなく|でなく|共通|関係"
)
_WHETHER = re.compile(
    r"(?:です|ます|ました|でした|でしょう|ません|ません?でした|の|ん)か(?:ね|な|い)?[。?!]{0,3}$"
    r"|(?:です|でした|ます|ました|だ|た|る)よね[。?!]{0,3}$|(?:で|と)?(?:合って|あって|正し|間違いな|間違いあり|本当)[^。?]{0,8}[。?!]{0,3}$|か\?$"
)
_OPEN = re.compile(
    r"何|いつ|どこ|誰|だれ|どの|どんな|どう|いくら|いくつ|どれ|教え|知りた|見せ|なぜ|挙げ|示して|ください|詳しく|一覧"
)
_NUMBER = r"(?:no\.?|№|番号)\d{1,4}|\d{1,4}番(?!目)"
# How a date is tied to the conclusion, and not to something in the text.
_CONCLUDED = re.compile(
    r"(?:中|頃|ごろ|代|度|以降|以後)?(?:に(?:入って(?:から)?|なって(?:から)?|は)?|の|で|は|付け?(?:の|で)?|から)?[、]?"
    rf"(?:旭川市が|市が|新たに|初めて|新しく)?(?:(?:結|締|交わ|取り交|成立|でき|協定|覚書|契約|もの|です|だ|と聞|そう)|(?:{_NUMBER}))"
)
_CONCLUDED_IN = re.compile(r"(?:結ばれた|結んだ|締結された|締結した|交わした|締結は|締結が)$")
_IN_CHARGE = re.compile(
    rf"(?:が|は|の|で)?(?:担当|所管|受け持|管轄|結|締|協定|覚書|です|だ|と聞|そう|もの|(?:{_NUMBER}))"
)
_DESCRIBED = re.compile(
    rf"(?:{_NUMBER})(?:の|という|、|は)(?P<said>[^、。?「」()]{{2,30}}?)(?:に関する|に係る|のための|についての|の)?"
    r"(?:包括連携|連携|相互|基本)?(?:協定|覚書|契約|合意書|確認書|申し合わせ)"
)
_DESCRIBED_BEFORE = re.compile(
    r"(?P<said>[^、。?「」()は]{2,30}?)(?:に関する|に係る|のための|についての|の)?(?:包括連携|連携|相互|基本)?"
    rf"(?:協定|覚書|契約|合意書|確認書|申し合わせ)(?:書)?(?:の|である|、)?[(]?(?:{_NUMBER})"
)
_FIGURE = re.compile(
    r"(?P<n>\d[\d,.]{0,15})(?P<unit>日(?!付)|時間|年間|か月|%|パーセント|円|万円|億円|回|人(?!の者)|台|店舗|分の\d{1,3}|km|kg|トン)"
)
_REASON = re.compile(r"理由|なぜ|どうして|わけは|根拠は|何故|経緯")


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that a question says of a row: of which column, in which words, rightly or not."""

    column: Column
    said: str
    holds: bool


def checked(
    desk: Desk, asked: Question, found: Sequence[Agreement], *, numbered: bool = True
) -> Answer | None:
    """Yes or no, or the no to a false premise; None if nothing false is taken for granted.

    Args:
        desk: the desk.
        asked: the question.
        found: the rows it names; only a single one can be spoken of.
        numbered: whether it names them by number, and not by what it says of them.
    """
    text = without_space(asked.text)
    if len(found) != 1 or asked.english or _COMPARES.search(text) or asked.intent == "similar":
        return None
    agreement = found[0]
    claims = list(_claims(desk, asked, text, agreement))
    if not numbered:
        claims = [claim for claim in claims if claim.column in ("concluded", "department")]
    if is_withheld(agreement) and any(claim.column == "partner" for claim in claims):
        return withheld(desk, [agreement])
    item = wanted(asked.text)
    if claims and asks_whether(text) and (item is None or item.value is not None):
        return _yes_or_no(desk, agreement, claims)
    wrong = next((claim for claim in claims if not claim.holds), None)
    if wrong is not None:
        return _corrected(desk, agreement, wrong)
    return false_figure(desk, asked, found)


def is_concluded(text: str, end: int) -> bool:
    """Whether a date that ends there is said to be the conclusion's."""
    return bool(_CONCLUDED.match(text, end))


def asks_whether(text: str) -> bool:
    """Whether a question wants a yes or a no, and nothing else."""
    return bool(_WHETHER.search(text)) and not _OPEN.search(text)


def _claims(desk: Desk, asked: Question, text: str, agreement: Agreement) -> list[Claim]:
    claims = []
    for condition in asked.conditions:
        # What an earlier question said stands beyond the end of this one.
        if not condition.negated and 0 < condition.end <= len(text):
            claim = _claim(desk, text, agreement, condition)
            claims += [claim] if claim else []
    for period in asked.periods:
        if period.end > len(text):
            continue
        said = text[period.start : period.end]
        if is_concluded(text, period.end) or _CONCLUDED_IN.search(text, 0, period.start):
            within = [
                p for p in (period, *period.others) if p.first <= agreement.concluded <= p.last
            ]
            claims.append(Claim("concluded", said, bool(within)))
    for partner in asked.partners:
        if not partner.numbers and not _mentions(agreement, partner.name):
            claims.append(Claim("partner", partner.name, False))
    named = [(c.start, c.end) for c in asked.conditions]
    named += [(partner.start, partner.end) for partner in asked.partners]
    return [*claims, *_descriptions(desk, text, agreement, named)]


def _claim(desk: Desk, text: str, agreement: Agreement, condition: Condition) -> Claim | None:
    """What a condition claims of a row; None if it may mean something else."""
    said = text[condition.start : condition.end]
    holds = agreement.no in desk.table.select((condition,))
    if condition.name in ("department", "section"):
        if not _IN_CHARGE.match(text, condition.end) or not (
            holds or not _mentions(agreement, said)
        ):
            return None
        return Claim("department", said, holds)
    if condition.name == "partner":
        return Claim("partner", said, holds or _mentions(agreement, said))
    if condition.name in ("month", "month_day"):
        if not _CONCLUDED.match(text, condition.end):
            return None
        return Claim("concluded", said, holds)
    if condition.name in ("parties", "withheld"):
        return Claim("partner", said, holds)
    if condition.name.startswith("title"):
        return Claim("title", said, holds)
    return None


def _descriptions(
    desk: Desk, text: str, agreement: Agreement, named: Sequence[tuple[int, int]]
) -> list[Claim]:
    """「No.72の見守り協定」: what a number is said to be about, if no word of it fits the row."""
    for pattern in (_DESCRIBED, _DESCRIBED_BEFORE):
        match = pattern.search(text)
        if match is None:
            continue
        said, (first, last) = match["said"], match.span("said")
        if any(start < last and first < end for start, end in named):
            continue
        tokens = [t for t in tokenize(said) if says_something(t) and not is_about_table(t)]
        if not tokens or any(char.isdigit() for char in said):
            continue
        hits = desk.retriever.search(said, len(desk.index.passages), kinds=("agreement",))
        if not hits or hits[0].score < KNOWN or hits[0].met < 1:
            continue
        own = next((hit for hit in hits if hit.record.id == agreement.id), None)
        far = own is None or (own.met == 0 and own.score < hits[0].score * FAR)
        if far:
            return [Claim("title", said, False)]
    return []


def false_figure(desk: Desk, asked: Question, found: Sequence[Agreement]) -> Answer | None:
    """The answer if a question takes another figure for granted than the row gives.

    Where a reason is asked for, a figure that the row doesn't give at all is wrong, too.
    """
    text = without_space(asked.text)
    if not found:
        return None
    agreement = found[0]
    spans = [(c.start, c.end) for c in asked.conditions]
    lines = [
        *sentences(agreement.title),
        *sentences(agreement.content),
        *sentences(agreement.purpose),
    ]
    topic = {t.term for t in tokenize(text) if says_something(t) and not is_about_table(t)}
    for match in _FIGURE.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in spans):
            continue
        said = match.group().replace("パーセント", "%")
        if said in without_space(_whole(agreement)):
            continue
        rival = _rival(lines, match, topic)
        if rival is not None:
            return _other_figure(desk, agreement, said, rival, whether=asks_whether(text))
        if _REASON.search(text):
            return _no_such_figure(desk, asked, agreement, said)
    return None


def _rival(lines: Sequence[str], match: re.Match[str], topic: set[str]) -> str | None:
    """A sentence that gives another figure of the same unit, about the same thing."""
    unit = match["unit"].replace("パーセント", "%")
    unit = "分の" if unit.startswith("分の") else unit
    pattern = re.compile(rf"\d[\d,.]*{re.escape(unit)}(?!の者)")
    for line in lines:
        plain = without_space(line)
        if pattern.search(plain) and topic & set(terms(line)):
            return line
    return None


def _other_figure(
    desk: Desk, agreement: Agreement, said: str, line: str, *, whether: bool
) -> Answer:
    cited = _cited(desk, agreement, line)
    quote = one_line(cited.quote)
    if whether:
        return Answer(
            "attribute",
            f"いいえ。{number_and_title(agreement)}には「{quote}」とあり、{said}ではありません。",
            nos=(agreement.no,),
            citations=(cited,),
            interpretation=f"番号＝No.{agreement.no}",
        )
    return Answer(
        "not_found",
        f"{number_and_title(agreement)}に「{said}」という定めはなく、「{quote}」とあります。"
        "お尋ねの前提が一覧の記載と違うため、答えられません。",
        citations=(cited,),
        interpretation=f"番号＝No.{agreement.no}",
    )


def _no_such_figure(desk: Desk, asked: Question, agreement: Agreement, said: str) -> Answer:
    return Answer(
        "not_found",
        f"{number_and_title(agreement)}には「{said}」という定めがありません。"
        "お尋ねの前提が一覧の記載と違うため、答えられません。",
        related=(desk.cite_best(agreement, [token.term for token in asked.topic]),),
        interpretation=f"番号＝No.{agreement.no}",
    )


def _yes_or_no(desk: Desk, agreement: Agreement, claims: Sequence[Claim]) -> Answer:
    """はい or いいえ, with the columns that the claims speak of."""
    holds = all(claim.holds for claim in claims)
    columns = dict.fromkeys(claim.column for claim in claims if claim.holds or not holds)
    told = [column_sentence(agreement, column) for column in columns]
    asked_for = "、".join(claim.said for claim in claims)
    return Answer(
        "attribute",
        f"{'はい' if holds else 'いいえ'}。" + "\n".join(told),
        nos=(agreement.no,),
        citations=tuple(desk.cite(agreement, column_quote(agreement, c)) for c in columns),
        interpretation=f"番号＝No.{agreement.no}、確かめること＝{asked_for}",
    )


_WRONG: dict[str, str] = {
    "concluded": "{no}が結ばれたのは「{said}」ではありません。",
    "partner": "{no}は「{said}」との協定ではありません。",
    "department": "{no}の担当は「{said}」ではありません。",
    "title": "{no}は「{said}」の協定ではありません。",
}


def _corrected(desk: Desk, agreement: Agreement, claim: Claim) -> Answer:
    head = _WRONG[claim.column].format(no=f"No.{agreement.no} ", said=claim.said)
    hint = ""
    others: list[Agreement] = []
    if claim.column == "partner":
        numbers = desk.reader.names.containing(claim.said)
        others = [desk.agreements[no] for no in numbers if no != agreement.no][:RELATED]
    if others:
        which = "、".join(f"No.{other.no}" for other in others)
        hint = f"「{claim.said}」が相手方の協定には {which} があります。"
    return Answer(
        "not_found",
        f"{head}{column_sentence(agreement, claim.column)}{hint}"
        "お尋ねの前提が一覧の記載と違うため、答えられません。番号か前提を確かめて、もう一度質問してください。",
        citations=(desk.cite(agreement, column_quote(agreement, claim.column)),),
        related=tuple(desk.cite(other, other.partner) for other in others),
        interpretation=f"番号＝No.{agreement.no}、前提＝{claim.said}",
    )


def _mentions(agreement: Agreement, name: str) -> bool:
    """Whether a row names somebody, spelling aside."""
    return fold_kanji(_bare(name)) in _folded(agreement)


def _folded(agreement: Agreement) -> str:
    return fold_kanji(_bare(_whole(agreement)))


def _bare(text: str) -> str:
    """Text without what writers of names leave out: white space, dots and hyphens."""
    return _MARKS.sub("", without_space(text))


_MARKS = re.compile(r"[・･\-.,、,「」()]")


def _whole(agreement: Agreement) -> str:
    return "\n".join((agreement.title, agreement.partner, agreement.purpose, agreement.content))


def _cited(desk: Desk, agreement: Agreement, sentence: str) -> Citation:
    try:
        return desk.cite(agreement, sentence)
    except CitationError:
        return desk.cite_best(agreement, terms(sentence))
