"""Who may see the page: whoever has the token that is in its address."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs

_BYTES = 24


@dataclass(frozen=True)
class Access:
    """The token of one server, and the cookies that it is exchanged for.

    A cookie is a number of this browser's own and its seal: nothing has to be remembered, and one
    browser's cookie says nothing of another's.

    Attributes:
        port: Of the server; cookies do not tell ports apart, so their names have to.
        token: What the address holds; empty where none is asked for.
    """

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(_BYTES))
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    @property
    def cookie(self) -> str:
        """Name of the cookie."""
        return f"tsunagari-{self.port}"

    def holds_token(self, query: bytes) -> bool:
        """Whether an address has the token in it, or none is asked for."""
        given = parse_qs(query.decode("latin-1"), max_num_fields=20).get("token", [""])[0]
        return not self.token or hmac.compare_digest(given.encode(), self.token.encode())

    def browser(self, cookies: dict[str, str]) -> str:
        """The number of a browser that has been given a cookie; empty for any other."""
        number, _, seal = cookies.get(self.cookie, "").partition(".")
        sealed = self._seal(number)
        return number if hmac.compare_digest(seal.encode(), sealed.encode()) else ""

    def new_browser(self) -> str:
        """A number for a browser."""
        return secrets.token_hex(16)

    def set_cookie(self, browser: str) -> str:
        """The header that gives a browser its cookie, which no script and no other site may use."""
        value = f"{browser}.{self._seal(browser)}"
        return f"{self.cookie}={value}; Path=/; HttpOnly; SameSite=Strict"

    def _seal(self, browser: str) -> str:
        return hmac.new(self._key, browser.encode(), hashlib.sha256).hexdigest()
