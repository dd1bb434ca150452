"""One JSON object a line in, one a line out, in the same order, each with its id.

A line that can't be served is answered with ``{"id": …, "error": …}`` and the rest go on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TextIO

from index.errors import RenkeiError, RequestError


def answer_lines(
    lines: Iterable[bytes],
    out: TextIO,
    answer: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> None:
    """Answer each line of ``lines``, blank ones left out.

    Args:
        lines: UTF-8, one JSON object a line.
        out: where the answers go; flushed after each, so that a pipe can wait for it.
        answer: gives what belongs beside the ``id`` in the answer.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        identity: Any = None
        try:
            values = _parse(line, number)
            identity = values.get("id")
            result = answer(values)
        except RenkeiError as error:
            result = {"error": str(error)}
        out.write(dump({"id": identity, **result}) + "\n")
        out.flush()


def dump(values: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """JSON on one line; readable Japanese unless a character has no UTF-8."""
    text = json.dumps(values, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        # A lone surrogate, from an id that was sent with one.
        return json.dumps(values)
    return text


def text_field(values: Mapping[str, Any], name: str) -> str:
    """A field that must be text.

    Raises:
        RequestError: if it is missing or anything else.
    """
    value = values.get(name)
    if not isinstance(value, str):
        raise RequestError(f'"{name}" に文字列を入れてください。')
    return value


def _finite(text: str) -> float:
    """A number that JSON can hold: an id goes back as it came."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no JSON")
    return number


def _parse(line: bytes, number: int) -> Mapping[str, Any]:
    try:
        # PowerShell begins what it pipes with a byte order mark.
        values = json.loads(
            line.decode("utf-8-sig" if number == 1 else "utf-8"),
            parse_constant=_finite,
            parse_float=_finite,
        )
    except UnicodeDecodeError:
        raise RequestError(f"{number}行目は UTF-8 ではありません。") from None
    except (ValueError, RecursionError):
        raise RequestError(f"{number}行目は JSON として読めません。") from None
    if not isinstance(values, dict):
        raise RequestError(f'{number}行目は {{"id":…}} の形の JSON ではありません。')
    return values
