"""Who may see the page, where the operator wants visitors to sign in.

Streamlit signs visitors in through OpenID Connect once ``secrets.toml`` has a section ``[auth]``;
the section ``[access]`` beside it lists who may come in. Whatever can't be read or is missing there
lets nobody in. Without ``[auth]`` the page is open, as it always was.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.places import PROJECT
from index.errors import RequestError

SECRETS = Path(".streamlit") / "secrets.toml"
NOBODY = (
    "許可する人が一人も設定されていません。secrets.toml の [access] に"
    " addresses（メールアドレス）か domains（ドメイン）を記述してください。"
)
NO_AUTHLIB = (
    "サインインに必要な Authlib がありません。「python .ci/install.py signin」を実行してください。"
)
# Signs the cookie that says who a visitor is: as long as the digest that signs it.
SHORTEST_SECRET = 32
CALLBACK = "/oauth2callback"
_NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may come in.

    Attributes:
        addresses: mail addresses, in lower case.
        domains: what may stand after the @ of an address, in lower case.
        verified: whether the provider must say that it has verified the address.
    """

    addresses: frozenset[str]
    domains: frozenset[str]
    verified: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether nobody may come in."""
        return not (self.addresses or self.domains)

    def admits(self, claims: Mapping[str, object]) -> bool:
        """Whether somebody with these claims, as the provider signed them, may come in."""
        address = claims.get("email")
        if not isinstance(address, str) or address.count("@") != 1 or not address.isascii():
            return False
        if self.verified and claims.get("email_verified") is not True:
            return False
        name, domain = address.lower().split("@")
        return bool(name) and (f"{name}@{domain}" in self.addresses or domain in self.domains)


def secret_files() -> list[Path]:
    """Where Streamlit looks for secrets, the most important last."""
    named = os.environ.get("STREAMLIT_SECRETS_FILES", "").split()
    if named:
        return [Path(file) for file in named]
    places = (Path.home(), Path.cwd(), PROJECT)
    return [place / SECRETS for place in dict.fromkeys(places)]


def read_policy(files: Iterable[Path]) -> Policy | None:
    """The policy that ``files`` set; None if nobody has to sign in.

    Raises:
        RequestError: if a file can't be read, or what it says can't be kept to: nobody comes in.
    """
    secrets: dict[str, Any] = {}
    for file in files:
        secrets.update(_read(file))
    auth, access = (_section(secrets, name) for name in ("auth", "access"))
    if auth is None:
        if access is not None:
            raise RequestError(
                "secrets.toml に [access] はありますが、[auth] がありません。"
                "docs/operations.md の例にならって記述してください。"
            )
        return None
    _check(auth)
    values = access or {}
    unknown = sorted(set(values) - {"addresses", "domains", "verified"})
    if unknown:
        raise RequestError(
            f"secrets.toml の [access] の {'、'.join(unknown)} は使えません。"
            "addresses、domains、verified から選んでください。"
        )
    verified = values.get("verified", True)
    if not isinstance(verified, bool):
        raise RequestError("secrets.toml の [access] の verified は true か false にしてください。")
    addresses, domains = _names(values, "addresses"), _names(values, "domains")
    if any(name.count("@") != 1 for name in addresses) or any("@" in name for name in domains):
        raise RequestError(
            "secrets.toml の [access] の addresses には tanto@city.example.jp のような"
            "メールアドレスを、domains には city.example.jp のような @ より後を書いてください。"
        )
    return Policy(addresses, domains, verified)


def _read(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    # Wrong syntax, encoding and numbers of too many digits are all ValueErrors.
    except (OSError, ValueError, RecursionError) as error:
        # Its message may quote the line, which may hold a secret.
        raise RequestError(
            f"{file} を読めません（{type(error).__name__}）。"
            "TOML の書き方と権限を確かめてください。"
        ) from None


def _section(secrets: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    section = secrets.get(name)
    if section is None or isinstance(section, dict):
        return section
    raise RequestError(f"secrets.toml の {name} は [{name}] の形で記述してください。")


def _check(auth: Mapping[str, Any]) -> None:
    missing = [n for n in _NEEDED if not isinstance(auth.get(n), str) or not auth[n].strip()]
    if missing:
        raise RequestError(f"secrets.toml の [auth] に {'、'.join(missing)} がありません。")
    if len(auth["cookie_secret"]) < SHORTEST_SECRET:
        raise RequestError(
            f"secrets.toml の cookie_secret は {SHORTEST_SECRET} 字以上にしてください。"
            "「python -c 'import secrets; print(secrets.token_hex(32))'」で作れます。"
        )
    if not auth["redirect_uri"].endswith(CALLBACK):
        raise RequestError(f"secrets.toml の redirect_uri は {CALLBACK} で終わる必要があります。")
    for name in ("redirect_uri", "server_metadata_url"):
        try:
            address = urlsplit(auth[name])
        except ValueError:
            raise RequestError(
                f"secrets.toml の {name} は https:// で始まるアドレスではありません。"
                "docs/operations.md の例にならって記述してください。"
            ) from None
        if address.scheme != "https" and address.hostname not in _THIS_MACHINE:
            raise RequestError(
                f"secrets.toml の {name} は https:// で始まる必要があります"
                "（この機械だけで試すときを除きます）。"
            )


def _names(values: Mapping[str, Any], key: str) -> frozenset[str]:
    names = values.get(key, [])
    if not isinstance(names, list) or not all(isinstance(n, str) and n.isascii() for n in names):
        raise RequestError(
            f'secrets.toml の [access] の {key} は ["…", "…"] のように半角で書いてください。'
        )
    return frozenset(name.strip().lower() for name in names if name.strip())
