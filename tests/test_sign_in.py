"""Signing in: who comes in, who is refused, and that nothing changes where nobody has to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import new_person, served

from assistant.operation.access import Policy, read_policy, secret_files
from assistant.places import PROJECT
from index.errors import RequestError

SEEDS = PROJECT / "seeds"
AUTH = """
[auth]
redirect_uri = "https://kyotei.city.example.jp/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "renkei-page"
client_secret = "secret"
server_metadata_url = "https://login.city.example.jp/.well-known/openid-configuration"
"""
STAFF = {"email": "tanto@city.example.jp", "email_verified": True}


@pytest.fixture
def secrets_file(tmp_path: Path) -> Path:
    return tmp_path / "secrets.toml"


# The list


def test_an_address_or_its_domain_may_be_on_the_list() -> None:
    policy = Policy(frozenset({"guest@example.org"}), frozenset({"city.example.jp"}))
    assert policy.admits(STAFF)
    assert policy.admits({**STAFF, "email": "Tanto@City.Example.JP"})
    assert policy.admits({**STAFF, "email": "guest@example.org"})


@pytest.mark.parametrize(
    "email",
    [
        "other@example.org",
        "tanto@sub.city.example.jp",
        "tanto@city.example.jp.evil.example",
        "tanto@evilcity.example.jp",
        "city.example.jp",
        "@city.example.jp",
        "a@b@city.example.jp",
        # A Cyrillic letter that looks like the Latin one.
        "tanto@сity.example.jp",
        "tanto@city.example.jp\n",
        "",
        None,
        ["tanto@city.example.jp"],
    ],
)
def test_an_address_that_only_resembles_the_list_is_refused(email: object) -> None:
    policy = Policy(frozenset({"guest@example.org"}), frozenset({"city.example.jp"}))
    assert not policy.admits({"email": email, "email_verified": True})


@pytest.mark.parametrize("verified", [False, None, "true", 1, "missing"])
def test_an_address_that_the_provider_has_not_verified_is_refused(verified: object) -> None:
    claims = {**STAFF, "email_verified": verified}
    if verified == "missing":
        del claims["email_verified"]
    assert not Policy(frozenset(), frozenset({"city.example.jp"})).admits(claims)
    # Some providers never say so; the operator may do without.
    assert Policy(frozenset(), frozenset({"city.example.jp"}), verified=False).admits(claims)


def test_an_empty_list_lets_nobody_in(secrets_file: Path) -> None:
    secrets_file.write_text(AUTH, encoding="utf-8")
    policy = read_policy([secrets_file])
    assert policy is not None
    assert policy.is_empty
    assert not policy.admits(STAFF)


# The settings


def test_without_settings_nobody_has_to_sign_in(tmp_path: Path, secrets_file: Path) -> None:
    assert read_policy([tmp_path / "missing.toml"]) is None
    secrets_file.write_text('[database]\npassword = "x"\n', encoding="utf-8")
    assert read_policy([secrets_file]) is None


def test_the_list_is_read_as_it_stands(secrets_file: Path) -> None:
    lists = '[access]\naddresses = ["Guest@example.org"]\ndomains = [" city.example.jp "]\n'
    secrets_file.write_text(AUTH + lists, encoding="utf-8")
    assert read_policy([secrets_file]) == Policy(
        frozenset({"guest@example.org"}), frozenset({"city.example.jp"}), verified=True
    )


def test_a_later_file_replaces_the_sections_of_an_earlier_one(
    tmp_path: Path, secrets_file: Path
) -> None:
    general = tmp_path / "general.toml"
    general.write_text(AUTH + '[access]\ndomains = ["old.example.jp"]\n', encoding="utf-8")
    secrets_file.write_text('[access]\ndomains = ["new.example.jp"]\n', encoding="utf-8")
    policy = read_policy([general, secrets_file])
    assert policy is not None
    assert policy.domains == {"new.example.jp"}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('[access]\ndomains = ["city.example.jp"]\n', r"\[auth\] がありません"),
        ("[auth]\nclient_id = 1\n", "redirect_uri、cookie_secret、client_id"),
        ("auth = 1\n", r"\[auth\] の形で"),
        (AUTH.replace("0123456789abcdef", "x"), "32 字以上"),
        (AUTH.replace("/oauth2callback", "/callback"), "/oauth2callback で終わる"),
        (AUTH.replace("https://login", "http://login"), "server_metadata_url は https://"),
        (AUTH.replace("https://kyotei", "http://kyotei"), "redirect_uri は https://"),
        (AUTH + '[access]\ndomains = "city.example.jp"\n', r'\["…", "…"\]'),
        (AUTH + '[access]\ndomains = ["@city.example.jp"]\n', "@ より後"),
        (AUTH + '[access]\naddresses = ["tanto"]\n', "メールアドレス"),
        (AUTH + '[access]\ndomain = ["city.example.jp"]\n', "domain は使えません"),
        (AUTH + '[access]\nverified = "no"\n', "true か false"),
        ('[auth]\ncookie_secret = "unclosed\n', "読めません"),
        ("a = " + "[" * 5_000, "読めません"),
        ("a = " + "1" * 5_000, "読めません"),
        (AUTH.replace("https://kyotei", "https://[kyotei"), "redirect_uri は https://"),
    ],
)
def test_settings_that_cannot_be_kept_to_let_nobody_in(
    secrets_file: Path, settings: str, message: str
) -> None:
    secrets_file.write_text(settings, encoding="utf-8")
    with pytest.raises(RequestError, match=message) as raised:
        read_policy([secrets_file])
    assert "unclosed" not in str(raised.value)


def test_a_folder_in_place_of_the_settings_lets_nobody_in(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="読めません"):
        read_policy([tmp_path])


def test_the_settings_are_looked_for_where_streamlit_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STREAMLIT_SECRETS_FILES", raising=False)
    assert secret_files() == [
        folder / ".streamlit" / "secrets.toml" for folder in (Path.home(), tmp_path, PROJECT)
    ]
    monkeypatch.setenv("STREAMLIT_SECRETS_FILES", "/etc/a.toml /etc/b.toml")
    assert secret_files() == [Path("/etc/a.toml"), Path("/etc/b.toml")]


# A real server, a real provider, a real browser


@pytest.fixture(scope="module")
def guarded(
    built_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Any, str, Path]]:
    """A provider, the address of a page that only city.example.jp may see, and its log."""
    oidc = pytest.importorskip("oidc", reason="Authlib がありません")
    folder = tmp_path_factory.mktemp("guarded")
    with oidc.provider() as provider, pytest.MonkeyPatch.context() as environment:
        settings = folder / "secrets.toml"
        settings.write_text(
            f"""
            [auth]
            redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
            cookie_secret = "0123456789abcdef0123456789abcdef"
            client_id = "{oidc.CLIENT}"
            client_secret = "{oidc.SECRET}"
            server_metadata_url = "{provider.metadata_url}"
            [access]
            domains = ["city.example.jp"]
            """,
            encoding="utf-8",
        )
        environment.setenv("STREAMLIT_SECRETS_FILES", str(settings))
        environment.setenv("RENKEI_LOG", str(folder / "events.jsonl"))
        with served(built_home, SEEDS, folder / "log") as address:
            yield provider, address, folder


@pytest.fixture
def visitor(chromium: object) -> Iterator[Any]:
    """A window of somebody who hasn't been here before."""
    person = new_person(chromium)
    page = person.new_page()
    page.set_default_timeout(15_000)
    yield page
    person.close()


def _open(page: Any, address: str) -> str:
    page.goto(address)
    return _heading(page)


def _heading(page: Any) -> str:
    page.locator("h1").first.wait_for()
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    return page.locator("h1").first.inner_text()


def _sign_in(page: Any, address: str) -> None:
    assert _open(page, address) == "サインイン"
    page.get_by_role("button", name="サインインする").click()


def test_a_stranger_sees_nothing_but_the_way_to_sign_in(guarded: Any, visitor: Any) -> None:
    _, address, _ = guarded
    for path in ("/", "/browse", "/agreement?id=asahikawa-agreements/94", "/?q=94"):
        assert _open(visitor, f"{address}{path}") == "サインイン"
        assert "旭川" not in visitor.locator("body").inner_text()


def test_somebody_on_the_list_signs_in_asks_and_signs_out(guarded: Any, visitor: Any) -> None:
    provider, address, _ = guarded
    provider.claims, provider.forged = STAFF, False
    _sign_in(visitor, address)
    visitor.get_by_text("tanto@city.example.jp さん").wait_for()
    assert _open(visitor, f"{address}/?q=No.94の相手方は？") == "質問する"
    assert "旭川トヨペット株式会社" in visitor.locator(".answer").inner_text()
    visitor.get_by_role("button", name="サインアウト").click()
    visitor.get_by_role("heading", name="サインイン").wait_for()
    assert _open(visitor, address) == "サインイン"
    assert provider.wrongs == []


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "someone@example.org", "email_verified": True},
        {"email": "tanto@city.example.jp", "email_verified": False},
        {"name": "住所のない人"},
    ],
)
def test_somebody_not_on_the_list_is_told_so_and_sees_nothing(
    guarded: Any, visitor: Any, claims: dict[str, Any]
) -> None:
    provider, address, _ = guarded
    provider.claims, provider.forged = claims, False
    _sign_in(visitor, address)
    visitor.get_by_role("heading", name="利用できません").wait_for()
    alert = visitor.get_by_role("alert").inner_text()
    assert "この画面を使う権限がありません" in alert
    assert claims.get("email", "このアカウント") in alert
    for path in ("/browse", "/?q=No.94の相手方は？"):
        assert _open(visitor, f"{address}{path}") == "利用できません"
        assert "旭川" not in visitor.locator("body").inner_text()
    visitor.get_by_role("button", name="別のアカウントで").click()
    visitor.get_by_role("heading", name="サインイン").wait_for()


def test_a_token_that_somebody_else_signed_lets_nobody_in(guarded: Any, visitor: Any) -> None:
    provider, address, _ = guarded
    provider.claims, provider.forged = STAFF, True
    _sign_in(visitor, address)
    visitor.wait_for_load_state("networkidle")
    assert _open(visitor, address) == "サインイン"


def test_a_cookie_of_ones_own_making_lets_nobody_in(guarded: Any, visitor: Any) -> None:
    _, address, _ = guarded
    told = json.dumps({**STAFF, "is_logged_in": True, "origin": address})
    visitor.context.add_cookies(
        [{"name": "_streamlit_user", "value": told.replace('"', "%22"), "url": address}]
    )
    assert _open(visitor, address) == "サインイン"


def test_the_record_holds_no_secret_no_token_and_no_address(guarded: Any) -> None:
    _, _, folder = guarded
    record = (folder / "events.jsonl").read_text("utf-8")
    events = [json.loads(line)["event"] for line in record.splitlines()]
    assert "visitor refused" in events
    assert "question answered" in events
    for secret in (
        "a-client-secret",
        "0123456789abcdef",
        "eyJ",
        "@city.example.jp",
        "No.94",
        "相手方",
    ):
        assert secret not in record
    # What Streamlit itself writes about a token that wasn't good holds none of it either.
    own = (folder / "log").read_text("utf-8")
    for secret in ("a-client-secret", "0123456789abcdef", "eyJ"):
        assert secret not in own
