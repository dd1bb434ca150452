"""Whether a question speaks of somebody as a party to agreements, rather than of a topic.

「バス会社との協定」 asks for a partner, 「バスの中の広告」 for a topic: what stands around the word
tells. Patterns are matched on normalized text without white space.
"""

from __future__ import annotations

import re

from assistant.understanding.party_words import OF_GENERAL

_KIN = (
    r"(?:系列?|業者?|会社|企業|各社|各市|さん|様|の?グループ|関係|側|など|等"
    rf"|{OF_GENERAL}|そのもの|自体|本体|だけ|のみ){{0,4}}"
)
_WITH = (
    r"と(?:の(?!同|差|違|比|合計)|は(?!違|別)|も(?!に)|結|締|交わ|取り交|手を|組[んむみ]|提携|連携|協定|契約|協力|約束|包括"
    r"|どん|何か|一緒|共に|とも|いう相手)"
)
_PARTY = r"(?:相手|締結先|協定先|連携先|提携先|パートナー|当事者|乙)"
_AFTER = re.compile(
    rf"{_KIN}[」』\"]?(?:以外|を除く(?:相手)?|を除いた相手)?(?:{_WITH}"
    rf"|[がをもはに](?:ある|なる|なっている)?{_PARTY}|である{_PARTY}|という{_PARTY}"
    r"|[がもは]{1,2}(?:相手方?に|当事者に|そこに|中に|名簿に)?"
    r"(?:入|含まれ|加わ|参加|参画|名を連ね|名前が|並ん|並べ|登場|載っ|締結|結んで|結んだ|一緒に)"
    r"|(?:では|とは|は)?、?(?:どちら|どっち)と|(?:だけ|のみ)?を(?:含む|含め|含ま|相手|入れ)|(?:同士|どうし)|が関わ|が絡|[」』\"]?$)"
)
_BEFORE = re.compile(
    rf"(?:{_PARTY}方?|会社|団体|企業|法人|社)(?:の)?(?:名前|名称|名)?(?:の中)?(?:が|に|は|として|で|=|:|,|、)[「『\"(]?$"
)
# 「大学以外の教育機関との」: some of a kind are left out.
_LEFT_OUT_OF = re.compile(
    rf"{_KIN}(?:以外の|を除く|を除いた)[^、。]{{0,12}}"
    r"(?:機関|会社|企業|銀行|金庫|大学|学校|組合|法人|協会|自治体|市町村|市|町|団体|業者|事業者|店|社|者)"
    rf"(?:{_WITH}|の(?:協定|覚書|もの|件)|[がを]{_PARTY})"
)
# Words that are organisations by themselves: their 協定 are those they are a party to.
_ORGANISATION = re.compile(
    r"(?:会社|企業|銀行|金庫|大学|高専|組合|法人|協会|自治体|市町村|町内会|自治会|商店街|協議会|クラブ|事業者|業者|局|メーカー)$"
)
_OF = re.compile(r"(?:など|等)?の(?:連携|包括|災害)?(?:協定|覚書|合意|確認書|もの|件数|件は|数)")
CONNECTOR = re.compile(
    r"(?:系|さん|会社|など|等|分)?(?:と|や|か|、|,|・|/|&|および|及び|または|又は|もしくは|若しくは|あるいは|ならびに|並びに|とか|だけでなく)"
    r"(?:か)?(?:、)?[「『\"(]?"
)
# The words around a party that only say that it is one.
_PARTY_BEFORE = re.compile(
    r"(?:相手方?|締結先|協定先|提携先)(?:の(?:名前|名称))?(?:に|が|は|として)$"
)
_PARTY_AFTER = re.compile(
    rf"[」』\"]?(?:[系側等]|など|会社|企業|団体|法人|{OF_GENERAL})?(?:そのもの)?(?:が|を|も|は)?"
    r"(?:(?:相手方?|締結先|協定先|提携先)(?:に|と(?!の)|である|として|になって|の(?=協定|番号|もの))?)?"
    r"(?:(?:入って|含まれて|参加して|参画して|加わって|関わって|登場して|名を連ねて)いる|含む|参加した|加わった)?"
)


def is_party(text: str, start: int, end: int) -> bool:
    """Whether the words of ``text`` from ``start`` to ``end`` are spoken of as a party."""
    if _AFTER.match(text, end) or _BEFORE.search(text[max(start - 14, 0) : start]):
        return True
    if _LEFT_OUT_OF.match(text, end):
        return True
    return bool(_ORGANISATION.search(text[start:end]) and _OF.match(text, end))


def connected(text: str, end: int, start: int) -> bool:
    """Whether only words like や and か stand between one mention's end and the next's start."""
    return bool(CONNECTOR.fullmatch(text[end:start]))


def with_role(text: str, start: int, end: int) -> tuple[int, int]:
    """The place of a party with the words around it that only say that it is one."""
    before = _PARTY_BEFORE.search(text, max(start - 12, 0), start)
    after = _PARTY_AFTER.match(text, end)
    return (before.start() if before else start, after.end() if after else end)
