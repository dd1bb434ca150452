"""Follow-ups on what the rows answered with have in common: 「その部局の…」「同じ日に…」"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.aggregates import Condition
from assistant.desk import Desk
from assistant.follow_ups.conversation_state import BEFORE, State
from assistant.question import Question
from assistant.results import Answer
from assistant.table.counting import select
from index.eras import fiscal_year, fiscal_year_name
from index.records import Agreement

_OTHERS = re.compile(r"ほか|他[にのは]|別の|以外(?!も)")
_THAT = re.compile(
    r"(?:その|(?<!ど)この|同じ)(部局|担当課|所管課|課|部|年度|年|会社|相手方?|団体|企業|銀行|大学|法人)"
)
_ROWS = re.compile(r"協定|覚書|結んで|結んだ|締結した")
# One company signs by several of its branches.
_BRANCH = re.compile(r"(?<=.株式会社)[^株有]{1,20}$|(?<=[会団])[^\s会団]{1,8}支部$")
_WHAT_IS_IT = re.compile(r"(?:は|を|が|って)?(?:どこ|誰|だれ|何|教え|知り)?[^のとにで協]{0,10}")
# 「同じ会社との協定もありますか」: beside the one that is talked about.
_ALSO = re.compile(r"(?:協定|覚書|もの)も(?:ほかに|他に)?(?:あ[るりっ]|結)")
_SAME = re.compile(
    r"(?:(?:それ|これ|その協定|この協定)と)?同じ"
    r"(?P<what>締結日|日|年度|年|月|部局|部|担当課|課|相手方?|会社|団体|名称|名前)"
)
# What a partner is named by where nobody's name is: 大学, 自治体, 株式会社.
_KINDS = frozenset({"kind", "municipality", "legal"})
_PARTNERS = ("会社", "相手", "相手方", "団体", "企業", "銀行", "大学", "法人")


def same_as_it(desk: Desk, asked: Question, before: State) -> Question | None:
    """「同じ日に結ばれた協定は？」: what the one that is talked about has, too."""
    match = _SAME.search(asked.text)
    if match is None or before.focus is None:
        return None
    text = (
        f"{asked.text[: match.start()]}No.{before.focus}と同じ{asked.text[match.start('what') :]}"
    )
    return desk.reader.read(text)


def that_value(desk: Desk, asked: Question, before: State) -> Question | Answer | None:
    """「その部局の割合は？」: what all that was answered with have in common."""
    match = _THAT.search(asked.text)
    if match is None or not before.nos:
        return None
    # After a column 「その会社の締結日は？」 asks for another; 「その会社との協定は？」 for rows.
    rows = asked.column in ("partner", "department") and _ROWS.search(asked.text, match.end())
    if before.answer.kind == "attribute" and asked.column and not rows:
        return None
    if asked.column and _WHAT_IS_IT.fullmatch(asked.text, match.end()):
        # 「その担当課は？」 asks for the column.
        return None
    meant = before.nos if before.focus is None else (before.focus,)
    asked_for = [c for c in before.asked.conditions if c.name == "partner" and not c.negated]
    # Of a kind of partner (大学), one row's is meant; a name says itself who is.
    of_a_kind = any(partner.kind in _KINDS for partner in before.asked.partners)
    by_name = len(asked_for) == 1 and not (of_a_kind and before.focus is not None)
    if match[1] in _PARTNERS and by_name:
        shared: Condition | None = asked_for[0]
    else:
        shared = _shared(desk, match[1], [desk.agreements[no] for no in meant])
    if shared is None:
        return _unclear(desk, match, before) if match.start() == 0 else None
    conditions = (*asked.conditions, shared)
    if _OTHERS.search(asked.text, match.end()) or (before.focus and _ALSO.search(asked.text)):
        conditions += (Condition("number", (list(meant),), BEFORE, negated=True),)
    intent = asked.intent if asked.intent != "lookup" else "list"
    column = None if asked.column in ("department", "partner") else asked.column
    meant_all = replace(asked, conditions=conditions, intent=intent, column=column, topic=())
    narrower = replace(meant_all, topic=asked.topic)
    # 「同じ会社が動物愛護で結んだ協定は？」: of these, those about a topic, if any is.
    about = asked.topic and "以外も" not in asked.text and select(desk, narrower)[0]
    return narrower if about else meant_all


def _unclear(desk: Desk, match: re.Match[str], before: State) -> Answer | None:
    """Asks back which is meant, where those that were answered with differ in it."""
    if len(before.nos) < 2 or match[0].startswith("同じ"):
        return None
    first = desk.agreements[before.nos[0]]
    return Answer(
        "not_found",
        f"「{match[0]}」がどれのことか、前の結果からは決まりません。名前を挙げて質問してください。",
        related=(desk.cite(first, first.title),),
        interpretation=f"{BEFORE}の{match[1]}",
    )


def _shared(desk: Desk, what: str, found: Sequence[Agreement]) -> Condition | None:
    """The condition that all of ``found`` meet in one column; None if they differ in it."""
    if what in ("部局", "部"):
        departments = {agreement.department for agreement in found}
        if len(departments) == 1:
            (name,) = departments
            return Condition("department", (name,), f"部局＝{name}")
    elif what.endswith("課"):
        sections = {agreement.section for agreement in found}
        if len(sections) == 1:
            (name,) = sections
            return Condition("section", (name,), f"担当課＝{name}")
    elif what == "年度":
        years = {fiscal_year(agreement.concluded) for agreement in found}
        if len(years) == 1:
            (year,) = years
            name = fiscal_year_name(year)
            span = date(year, 4, 1), date(year + 1, 3, 31)
            return Condition("concluded", span, f"締結年度＝{name}")
    elif what in _PARTNERS:
        names = set.intersection(*({*agreement.partners} for agreement in found))
        if names:
            companies = {_BRANCH.sub("", name) for name in names}
            own = [
                agreement.no
                for agreement in desk.agreements.values()
                if any(name.startswith(c) for c in companies for name in agreement.partners)
            ]
            return Condition("partner", (own,), f"相手方＝{'、'.join(sorted(companies))}")
    return None
