"""An OpenID Connect provider on this machine: discovery, authorize, token with a signed JWT, keys.

It keeps to the standard where a client could go wrong: the code is good for one use, by the client
with the secret, at the registered address, with the verifier that fits the challenge.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "renkei-page", "a-client-secret-of-the-test"


class Provider:
    """The provider and who stands before it.

    Attributes:
        claims: what it says of the person who signs in next.
        forged: whether it signs with a key that it doesn't publish.
        wrongs: what clients did against the rules.
    """

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.forged = False
        self.wrongs: list[str] = []
        self.key = RSAKey.generate_key(2048, {"kid": "published", "use": "sig"})
        self.other_key = RSAKey.generate_key(2048, {"kid": "published", "use": "sig"})
        self.codes: dict[str, dict[str, str]] = {}
        self.issuer = ""

    @property
    def metadata_url(self) -> str:
        return f"{self.issuer}/.well-known/openid-configuration"

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the person is sent, having agreed at once."""
        self._hold(asked.get("client_id") == CLIENT, "client")
        self._hold(asked.get("response_type") == "code", "response type")
        self._hold("openid" in asked.get("scope", "").split(), "scope")
        self._hold(asked.get("code_challenge_method") == "S256", "challenge")
        self._hold(asked.get("redirect_uri", "").endswith("/oauth2callback"), "address")
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return f"{asked['redirect_uri']}?{back}"

    def token(self, sent: dict[str, str], authorization: str) -> dict[str, Any]:
        """The tokens for a code."""
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        self._hold(authorization == f"Basic {basic}", "secret")
        asked = self.codes.pop(sent.get("code", ""), None)
        self._hold(asked is not None, "code")
        if asked is None:
            return {"error": "invalid_grant"}
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        self._hold(challenge == asked.get("code_challenge"), "verifier")
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "person-1",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 600,
            "nonce": asked.get("nonce"),
            **self.claims,
        }
        key = self.other_key if self.forged else self.key
        signed = jwt.encode({"alg": "RS256", "kid": "published"}, claims, key)
        return {
            "access_token": secrets.token_urlsafe(16),
            "token_type": "Bearer",
            "expires_in": 600,
            "id_token": signed,
        }

    def keys(self) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False)]}

    def _hold(self, kept: bool, rule: str) -> None:
        if not kept:
            self.wrongs.append(rule)


@contextmanager
def provider() -> Iterator[Provider]:
    """Run a provider on a free port of this machine."""
    offered = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            if address.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", offered.authorize(_single(address.query)))
                self.end_headers()
                return
            told = {
                "/.well-known/openid-configuration": offered.metadata,
                "/keys": offered.keys,
            }
            self._json(told[address.path]())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._json(offered.token(_single(body), self.headers.get("Authorization", "")))

        def _json(self, values: dict[str, Any]) -> None:
            content = json.dumps(values).encode()
            self.send_response(400 if "error" in values else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing on the test's standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    offered.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield offered
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _single(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
