"""What only frames a question: who asks, what for, how the answer is to look, what doesn't matter.

Modifiers of a Japanese noun stand before it, in its own clause. So what is said outside of the
clause that names what is counted (協定, 件数, 何件) doesn't narrow it: a sentence of its own
(「記者です。」), a note in parentheses, a clause that leads up to the question. It is read for
conditions, as 「環境部です。何件ありますか」 is, but no row has to hold its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.understanding.intents import intent_of
from assistant.understanding.named_numbers import overlaps
from assistant.understanding.noun_phrases import noun_phrases
from assistant.understanding.preambles import OCCASION
from index.stopwords import is_about_table, says_something
from index.tokens import tokenize

Span = tuple[int, int]
Kind = Literal["note", "name", "occasion", "asker", "story"]

# What is counted or listed: the clause that names it is the question's own.
_HEAD = re.compile(
    r"協定|覚書|確認書|合意書|契約|取り?決め|約束|締結(?!日)|何件|件数|いくつ|総数|もの(?=[はがをのも]|$)"
)
# Where a clause ends: a sentence, or what leads up to the question (「…ですが、」, 「…ので」).
_ENDS = re.compile(
    r"[。?!]+|(?<=[かね])、|(?:ください|下さい)、|(?:ので(?!す|し|は|も)|けれども?|けど)、?|(?:という|との)ことで、?"
    r"|(?<=[たるいだすん])(?:が|から)、|(?<=です)(?:が|から)、?|(?<=ます)(?:が|から)、?|(?<=ました)(?:が|から)、?"
)
_NOTE = re.compile(r"\((?P<said>[^()]{1,80})\)")
# How things stood on a day: said of the table, not of an agreement.
_STATE = re.compile(r"基準日|時点|現在")
_ATTACHED = re.compile(r"\)(?=[はがをのとにも])")
_COUNTED = re.compile(r"(?:協定|覚書|もの)$")
# What is noted behind an abbreviation only writes it out.
_ABBREVIATION = re.compile(r"(?<![a-z])[a-z]{2,6}$")
_KANA = re.compile(r"[ぁ-ん]")
_NARROWS = re.compile(
    r"関する|関して|ついて|関係|関連|係る|限(?:る|り|定|って)|だけ|のみ|以外|除[くいき]|もの$"
)
# 「テーマは除雪です」, 「除雪の件で伺います」: the topic, stated beforehand.
_STATED = re.compile(
    r"(?:について|に関(?:して|する)|に係る|関係|関連|のこと|の話|の件|の分野)(?:で|を|が|は|の(?:質問|相談|話|件|こと|問い?合わせ))?"
    r"(?:(?!の)[^、。がはをに]{0,12})(?:です|ます|たい|して|だ|ください)?(?:ん|の)?(?:です)?(?:が|けど|けれど|ので)?$"
    r"|(?:テーマ|話題|対象|分野|内容|目的)は"
)
# Whoever is named by one of these asks; it isn't what is asked about.
_PERSON = re.compile(r"[者員士師生家長民人主婦親母父客徒]$")
_COPULA = re.compile(
    r"(?:な(?:ん|の))?(?:です|でございます|であります|だ)(?:が|けど|けれども?|ので|から|し|ね)?$"
)
# What the answer is for, and how soon it is wanted.
_TELLING = rf"(?:{OCCASION}|説明|掲載|掲示|配布|発表|広報|参考|研修|保存)"
_OCCASION = re.compile(_TELLING)
_SOON = re.compile(r"(?:急ぎ|至急|緊急|急用)(?:で)?$")
# 「答弁用に」 tells what the answer is for, 「避難用に」 what an agreement is for.
_FOR_TELLING = re.compile(
    rf"(?:^|(?<=[、。]))[一-龠々ァ-ヶー]{{0,8}}{_TELLING}[一-龠々ァ-ヶー]{{0,4}}用(?:に|として|で)、?"
)
# 「私は…」, 「…をしています」: said of oneself.
_ONESELF = re.compile(
    r"^(?:私|わたし|わたくし|僕|俺|自分|当方|弊社|当社|うち)(?:ども|たち|達)?(?:は|も|が|の|、)"
    r"|を(?:して|やって|務めて|勤めて)(?:い|お)(?:る|ます|り)"
)
_RESTATED = re.compile(r"、?(?:つまり|すなわち|言い換えると|言い換えれば|要するに)、?")
# 「調査によると」 asks for the published figures.
_SURVEY = re.compile(
    r"調査(?!基準日|期間|対象|票)|アンケート(?!用紙)|公表|集計|統計|(?:調べ|しらべ)(?=によ|で)"
)
_SOURCE = re.compile(r"(?:^|(?<=[、。]))[^、。?「」()]{1,16}?に(?:よると|よれば|よりますと)、?")
_PASSIVE = re.compile(r"[かさたらまわがば]れ(?:て|た|まし|ます)")
_BECAUSE = re.compile(r"(?:ので|から|し|ため(?:に)?)$")
# What is asked about has one of these behind it; for whom and where to (に, で, より) hasn't.
_ABOUT = re.compile(r"を|は|について|に関して|の(?:話|件|こと)")
# 「何件あるか上司に報告…」: what follows a question within a sentence says what it is for.
_EMBEDDED = re.compile(
    r"(?:何件|いくつ|ど(?:の|れ)(?:くらい|ぐらい|ほど|だけ))(?:ある|あった|になる|なる|なの|あるの)?か(?=[^、。?]{2})"
)
_SAID_AGAIN = re.compile(r"[^、。?]{1,20}?(?=[にのは、])")
_REQUEST = re.compile(
    r"(?:を|が)?(?:し|せ|する|す)?[てで]?(?:おいて)?"
    r"(?:ください(?:ませ|ますか|ませんか)?|下さい|ちょうだい|(?:お|を)?(?:願い|ねがい)(?:し|いた|致|でき|申)?[ぁ-ん]{0,6}"
    r"|(?:ほし|欲し)い[ぁ-ん]{0,6}|もらえ[ぁ-ん]{0,5}|いただ[けき][ぁ-ん]{0,8}|頂[けき][ぁ-ん]{0,8}|くれ[ぁ-ん]{0,5}"
    r"|こと|よ|たい(?:です|のですが|と思います)?|頼み?ます|求めます|すること)?[。!?]*"
)
_OBJECT = "をがもかとはでに、・。ご御お"
# 「…が必要です」: that it is wanted.
_NEEDED = re.compile(
    r"が(?:必要|入り?用|要り?)(?:です|だ|で|なの|なん|にな|と|ます)[^。?]{0,10}(?=[。?(]|$)"
)
# 「…が多いイメージですが」: a noun that only makes a remark of what stands before it.
_IMPRESSION = re.compile(
    r"(?<=[いるたな])[一-龠ァ-ヶー]{1,6}[ぁ-ん]?(?=(?:な(?:ん|の))?(?:です|だ|が(?:あ(?:る|り|っ)|し)|を(?:受け|持))[ぁ-ん]{0,6}(?:が|けど|けれど|ので))"
)
_DIGITS = r"[\d一二三四五六七八九]{1,2}"
_ROUNDED = re.compile(
    rf"(?:小数(?:点)?(?:以下)?第?{_DIGITS}(?:位|桁|けた)|小数点以下(?:は)?|小数第{_DIGITS}位|整数|有効数字{_DIGITS}桁)"
    r"(?:まで|を|で|に|は)?(?:の?(?:値|数)?(?:で|を|に)?)?(?:四捨五入|切り捨て|切り上げ|丸め|求め|計算|表示|示し|答え|出し)?(?:し|て|で)*"
    r"(?:ください|下さい)?|四捨五入(?:し|て|で)*(?:ください|下さい)?"
)
_KIND = r"(?:(?:どの|いずれの|何の)?[一-龠々ァ-ヶーa-z・]{1,12}(?:か(?:どうか)?)?)"
_NO_MATTER = re.compile(
    rf"{_KIND}(?:(?:の(?:別|違い|如何))?(?:は|を|については)?(?:問わ(?:ず(?:に)?|ない(?:で)?|ません)|問いません|不問(?:です|で|とし(?:て|ます))?)"
    r"|に(?:は)?(?:かかわらず|関わらず|拘わらず|関わりなく|関係なく|よらず)|を?限らず|は(?:関係|かかわり)(?:ありません|ない(?=[。)]|$)))(?!か)"
    r"|(?:[一-龠]{1,6}は)?(?:(?:何|どの|いつの)[一-龠]{1,3}(?:の(?:もの|分))?|いつ|どれ|どこ|何)でも(?:よ(?:い|く)|いい|良い|構い|かまい|可|結構)[^、。()?]{0,8}"
)
_NOT_WANTED = re.compile(
    rf"(?:(?:^|(?<=[、。?)]))(?:(?!協定|件)[^、。?()]){{1,30}}|(?:{_KIND}の)?{_KIND})は(?:不要|無用|要りません|いりません|必要ありません|省略(?:し|可))"
    r"(?:です|で|て)?(?:かまいません|構いません|結構です)?(?=[。)、]|$)"
)
# A year with its first and last day is that year.
_WHOLE_YEAR = re.compile(
    r"(?:(?<=年度)|(?<=年度中)|(?<=年度間))の?\(?4月1日(?:から|~)(?:翌年?)?3月(?:31日|末日?)(?:まで)?\)?"
    r"|(?:(?<=年)|(?<=年中)|(?<=年間))の?\(?1月1日(?:から|~)(?:同年)?12月(?:31日|末日?)(?:まで)?\)?"
)
# 「現時点(令和6年6月1日)」 is a day up to which things are told.
_AS_OF = re.compile(r"(?:現時点|現在|基準日|本日|今日)\((?P<day>[^()]{4,16}日)(?:現在|時点)?\)")
_NUMBERED = re.compile(r"^(?:q|問い?|質問|設問)\d{0,2}[.:。、)]")
# Marks that part nothing any more.
_STRAY = re.compile(r"\([、。]*\)|^[、。]+|(?<=[、。?(])[、。]+|、(?=\))")


@dataclass(frozen=True, slots=True)
class Remark:
    """A stretch of a question that stands outside of what it counts.

    Attributes:
        start: where it begins.
        end: where it ends (excluded).
        kind: a ``note`` on something said, a mere ``name`` noted, the ``occasion`` of the question,
            who the ``asker`` is, or a ``story``, a situation that may be all that the question is
            about.
    """

    start: int
    end: int
    kind: Kind


def without_notes(text: str) -> str:
    """``text`` without what says how to round, what doesn't matter, or the same again."""
    bare = text
    for said in (_ROUNDED, _NO_MATTER, _NOT_WANTED):
        bare = said.sub("", bare)
    bare = _AS_OF.sub(r"\g<day>時点", bare)
    bare = _NUMBERED.sub("", _WHOLE_YEAR.sub("", bare))
    bare = _STRAY.sub("", bare) if bare != text else text
    return bare if len(bare) > 3 else text


def remarks(text: str, taken: Sequence[Span]) -> list[Remark]:
    """What of ``text`` stands outside of the clause that names what is counted.

    Args:
        text: the question, normalized and without white space.
        taken: the places of the conditions in it.
    """
    if not _KANA.search(_NOTE.sub("", text)):
        return []  # Japanese names may be noted in questions of another language.
    found = [*_notes(text, taken), *_restated(text, taken), *_ways(text)]
    found += _after_question(text)
    clauses = list(_clauses(text))
    heads = [bool(_HEAD.search(text, *clause)) for clause in clauses]
    if not any(heads):
        heads = [intent_of(text[start:end]) != "lookup" for start, end in clauses]
    if any(heads):
        for clause, head in zip(clauses, heads, strict=True):
            if not head:
                found += _beside(text, clause)
    found = [
        remark
        for remark in found
        if remark.end - remark.start < len(text)
        and not _SURVEY.search(text, remark.start, remark.end)
    ]
    found.sort(key=lambda remark: remark.kind != "story")
    found = list({(remark.start, remark.end): remark for remark in found}.values())
    return [r for r in found if not any(_within(r, other) for other in found)]


def _within(remark: Remark, other: Remark) -> bool:
    inside = other.start <= remark.start and remark.end <= other.end
    return inside and (remark.start, remark.end) != (other.start, other.end)


def without(text: str, remarks: Sequence[Remark]) -> str:
    """``text`` without ``remarks``."""
    chars = list(text)
    for remark in remarks:
        chars[remark.start : remark.end] = [""] * (remark.end - remark.start)
    return _STRAY.sub("", "".join(chars))


def requests(text: str) -> list[Span]:
    """The predicates by which ``text`` only says that it wants to be told: 「…を報告して」."""
    found = [m.span() for pattern in (_NEEDED, _IMPRESSION) for m in pattern.finditer(text)]
    for start, end in _clauses(text):
        last = next((t for t in reversed(tokenize(text[start:end])) if says_something(t)), None)
        if last is None or not last.start:
            continue
        begin, rest = start + last.start, text[start + last.end : end]
        if text[begin - 1] in _OBJECT and rest and _REQUEST.fullmatch(rest):
            found.append((begin, end))
    return found


def words(text: str) -> tuple[str, ...]:
    """The nouns of a remark that might have been taken for a topic, as it writes them."""
    return tuple(
        text[phrase[0].start : phrase[-1].end]
        for phrase in noun_phrases(text)
        if any(says_something(token) and not is_about_table(token) for token in phrase)
    )


def _clauses(text: str) -> Iterator[Span]:
    """Sentences, and what leads up to them: 「…ですが、」."""
    start = 0
    for match in _ENDS.finditer(text):
        if match.end() > start:
            yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _notes(text: str, taken: Sequence[Span]) -> Iterator[Remark]:
    """Notes in parentheses, unless they tell what the noun before them means, or narrow it."""
    for match in _NOTE.finditer(text):
        said, before = match["said"], text[max(match.start() - 20, 0) : match.start()]
        written_out = _ABBREVIATION.search(before)
        claimed = overlaps(taken, match.start() - 1, match.start())
        if _NARROWS.search(said) or not (written_out or claimed or _free(text, match, before)):
            continue
        if _OCCASION.search(said):
            yield Remark(*match.span(), "occasion")
        elif written_out or _STATE.search(said) or not _ends_in_noun(said):
            yield Remark(*match.span(), "note")
        else:
            yield Remark(*match.span(), "name")


def _free(text: str, match: re.Match[str], before: str) -> bool:
    """Whether a note is no part of a noun phrase, as in 「物資(食料)の」 or 「協定(物資)は」."""
    tokens = tokenize(before)
    if not tokens or tokens[-1].end != len(before):
        return True
    if is_about_table(tokens[-1]) or not says_something(tokens[-1]):
        counted = _COUNTED.search(before)
        return not (counted and _ATTACHED.match(text, match.end() - 1))
    return not tokens[-1].pos.startswith("名詞")


def _ends_in_noun(said: str) -> bool:
    tokens = tokenize(said)
    if not tokens or tokens[-1].end != len(said) or not _is_name(said):
        return False
    return tokens[-1].pos.startswith(("名詞", "接尾辞"))


def _restated(text: str, taken: Sequence[Span]) -> Iterator[Remark]:
    """「改元後、つまり令和元年5月以降」: what is said again as a condition, or of one."""
    for match in _RESTATED.finditer(text):
        after = _SAID_AGAIN.match(text, match.end())
        if after and overlaps(taken, match.start() - 1, match.start()):
            if not overlaps(taken, *after.span()):
                yield Remark(match.start(), after.end(), "note")
            continue
        start = max(text.rfind(mark, 0, match.start()) for mark in "、。?(") + 1
        again = any(match.end() <= s <= match.end() + 8 for s, _ in taken)
        if again and start < match.start():
            yield Remark(start, match.end(), "note")


def _after_question(text: str) -> Iterator[Remark]:
    for match in _EMBEDDED.finditer(text):
        end = next((i for i in range(match.end(), len(text)) if text[i] in "。?"), len(text))
        rest = text[match.end() : end]
        if not (_HEAD.search(rest) or _NARROWS.search(rest)):
            yield Remark(match.end(), end, "note")


def _ways(text: str) -> Iterator[Remark]:
    """「新聞によると」: where it is known from; 「説明用に」: where it goes."""
    for pattern in (_SOURCE, _FOR_TELLING):
        for match in pattern.finditer(text):
            yield Remark(*match.span(), "occasion")


def _beside(text: str, clause: Span) -> Iterator[Remark]:
    """A clause without what is counted, if it doesn't state the topic."""
    said = text[slice(*clause)].rstrip("。?!、")
    plain = _COPULA.sub("", said)
    if _OCCASION.search(said) or _SOON.search(plain):
        yield Remark(*clause, "occasion")
    elif _ONESELF.search(said) or _who_asks(said, plain):
        yield Remark(*clause, "asker")
    elif _BECAUSE.search(said) or not (_STATED.search(said) or _asks(said) or _is_name(plain)):
        yield Remark(*clause, "story")


def _who_asks(said: str, plain: str) -> bool:
    return plain != said and bool(_PERSON.search(plain))


def _asks(said: str) -> bool:
    """Whether all that is done in a clause is to ask, which names what is asked about."""
    verbs = [token for token in tokenize(said) if token.pos.startswith("動詞")]
    if not verbs or any(map(says_something, verbs)):
        return False
    return bool(_ABOUT.search(said)) and not _PASSIVE.search(said)


def _is_name(plain: str) -> bool:
    """Whether a clause is a name and nothing else: 「除雪です。」."""
    if plain.endswith(("より", "から")):
        return False
    return not any(token.pos.startswith(("動詞", "形容詞")) for token in tokenize(plain))
