"""Who comes in, and who sits at the server itself.

Everybody comes in, or those on the operator's list once they have signed in.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from streamlit.errors import StreamlitAuthError

from assistant.operation import logs
from assistant.operation.access import NO_AUTHLIB, NOBODY, read_policy
from assistant.operation.installed import installed_version
from assistant.operation.launching import OWN_NAMES
from assistant.pages.layout import heading, write
from assistant.pages.markup import element, notice
from index.errors import RequestError


def admit() -> bool:
    """Let the run go on for those who may see the page; for others, say why not and end it.

    Returns:
        Whether the visitor has signed in, and so can sign out.

    Raises:
        RequestError: if the operator's settings can't be kept to; nobody comes in then.
    """
    policy = read_policy(Path(file) for file in st.get_option("secrets.files"))
    if policy is None:
        return False
    if installed_version("authlib") is None:
        raise RequestError(NO_AUTHLIB)
    if policy.is_empty:
        raise RequestError(NOBODY)
    visitor = st.user.to_dict()
    if visitor.get("is_logged_in") is not True:
        heading("サインイン", "この画面を使うには、サインインが必要です。")
        if st.button("サインインする", type="primary"):
            _sign_in()
        st.stop()
    if not policy.admits(visitor):
        logs.event("visitor refused")
        heading("利用できません", "この画面を使える人は、管理者が決めています。")
        write(
            notice(
                f"{visitor.get('email') or 'このアカウント'} には、この画面を使う権限がありません。"
                "別のアカウントでサインインし直すか、管理者に連絡してください。",
                urgent=True,
            )
        )
        st.button("別のアカウントでサインインする", on_click=st.logout)
        st.stop()
    return True


def way_out() -> None:
    """Show who has signed in, and let them sign out."""
    with st.container(horizontal=True, gap="small", key="way-out"):
        write(element("p", f"{st.user.to_dict().get('email')} さん", css="who"))
        st.button("サインアウト", on_click=st.logout)


def on_this_machine() -> bool:
    """Whether the visitor sits at the server itself, and not behind a proxy."""
    forwarded = {"x-forwarded-for", "forwarded", "x-real-ip"}
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    # Through a proxy that says nothing of itself, the visitor still asked for another name.
    asked = urlsplit(f"//{headers.get('host', '')}").hostname
    return st.context.ip_address is None and not forwarded & set(headers) and asked in OWN_NAMES


def _sign_in() -> None:
    try:
        st.login()
    except StreamlitAuthError as error:
        raise RequestError(
            f"サインインの設定に誤りがあります（{type(error).__name__}）。"
            "管理者に連絡してください。設定は docs/operations.md をご覧ください。"
        ) from error
