"""The page: which screens there are, and what happens when one fails.

``streamlit run app.py`` imports this module for the server ``app`` and then runs the same file as
the script that draws a visitor's screen.
"""

from __future__ import annotations

import logging
import secrets

import streamlit as st

from assistant.operation import logs
from assistant.pages import about, agreement, ask, browse, cite, similar
from assistant.pages.gate import admit, way_out
from assistant.pages.layout import banner, prepare, write
from assistant.pages.markup import notice
from assistant.pages.server import MIDDLEWARE, ROUTES, opening
from assistant.pages.serving import ready
from index.errors import RenkeiError

log = logging.getLogger("renkei.page")


def main() -> None:
    """Draw the screen that the address names."""
    menu = [
        st.Page(ask.show, title="質問する", url_path="ask", default=True),
        st.Page(similar.show, title="似た協定をさがす", url_path="similar"),
        st.Page(cite.show, title="出典を引く", url_path="cite"),
        st.Page(browse.show, title="一覧と集計", url_path="browse"),
        st.Page(about.show, title="この資料について", url_path="about"),
    ]
    card = st.Page(agreement.show, title="協定", url_path="agreement")
    # Streamlit's own menu folds away behind an icon on phones; links stay in sight.
    screen = st.navigation([*menu, card], position="hidden")
    prepare()
    try:
        signed_in = admit()
        banner(ready())
        with st.container(horizontal=True, gap="small", key="menu"):
            for page in menu:
                st.page_link(page)
        screen.run()
        if signed_in:
            way_out()
    except RenkeiError as error:
        write(notice(str(error), urgent=True))
    except Exception:
        # The outermost boundary: the visitor gets a sentence and an id, the log gets the trace.
        incident = secrets.token_hex(4)
        log.exception("incident %s", incident, extra=logs.named("incident", incident=incident))
        write(
            notice(
                "申し訳ありません。内部の誤りで表示できませんでした。もう一度試しても直らないときは、"
                f"管理者に次の番号をお知らせください：{incident}",
                urgent=True,
            )
        )


if __name__ == "__main__":
    main()
else:
    app = st.App(__file__, lifespan=opening, routes=ROUTES, middleware=MIDDLEWARE)
