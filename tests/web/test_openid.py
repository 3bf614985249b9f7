"""Signing in with an organisation's account: the real app talks to a real provider."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import html5lib
import httpx
import pytest
import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from coffee.config import environment
from coffee.scheme import Scheme
from coffee.web.organisers.sessions import COOKIE, DEVICE, Organisers
from coffee.web.organisers.sign_in_page import SignInPages
from tests.running import App, Start, free_port

HTML = {"accept": "text/html"}
ANN = {"sub": "1", "email": "Ann.Lee@Devon.gov.uk", "email_verified": True}


@dataclass
class Provider:
    """A small OpenID provider. It signs everybody in as the person in `claims`; `twist` changes its answers."""

    url: str
    claims: dict[str, object] = field(default_factory=lambda: dict(ANN))
    twist: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k", "alg": "RS256", "use": "sig"}))
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid-configuration", self._about),
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
            Route("/keys", lambda _: JSONResponse({"keys": [self.key.as_dict(private=False)]})),
        ]

    def _about(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        if self.twist == "denied":
            answer = {"error": "access_denied", "state": asked["state"]}
        else:
            code = f"code-{len(self.asked)}"
            self.asked[code] = asked
            answer = {"code": code, "state": "forged" if self.twist == "state" else asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 302)

    async def _token(self, request: Request) -> Response:
        given = dict(parse_qsl((await request.body()).decode()))
        asked = self.asked.pop(given["code"], None)
        if asked is None or not self._is_the_client(request) or not _proves(given["code_verifier"], asked):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(
            {"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": self._id(asked)}
        )

    def _is_the_client(self, request: Request) -> bool:
        return request.headers["authorization"] == f"Basic {base64.b64encode(b'coffee:hush').decode()}"

    def _id(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": "coffee", "iat": now, "exp": now + 60, "nonce": asked["nonce"]} | self.claims
        changed: dict[str, dict[str, object]] = {
            "nonce": {"nonce": "another"}, "audience": {"aud": "another"}, "issuer": {"iss": "https://evil.example"},
            "expired": {"iat": now - 9000, "exp": now - 8000},
        }  # fmt: skip
        key = RSAKey.generate_key(2048) if self.twist == "signature" else self.key
        if self.twist == "unsigned":
            head, body = ({"alg": "none"}, claims)
            return ".".join([_base64(json.dumps(part).encode()) for part in (head, body)]) + "."
        return jwt.encode({"alg": "RS256", "kid": "k"}, claims | changed.get(self.twist, {}), key)


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _proves(verifier: str, asked: dict[str, str]) -> bool:
    """Return whether the sender of this code is the one who asked for it: PKCE (RFC 7636)."""
    challenge = _base64(hashlib.sha256(verifier.encode()).digest())
    return (asked["code_challenge_method"], asked["code_challenge"]) == ("S256", challenge)


@pytest.fixture(scope="module")
def service() -> Iterator[Provider]:
    """The provider, on loopback."""
    port = free_port()
    provider = Provider(f"http://127.0.0.1:{port}")
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=provider.routes()), port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    yield provider
    server.should_exit = True
    thread.join()


def section(url: str, *allowed: str) -> str:
    """The provider's section of secrets.toml."""
    return (
        f'[auth]\nclient_id = "coffee"\nclient_secret = "hush"\nallowed = {list(allowed)}\n'
        f'server_metadata_url = "{url}/.well-known/openid-configuration"\n'
    )


@pytest.fixture(scope="module")
def app(start: Start, service: Provider, tmp_path_factory: pytest.TempPathFactory) -> App:
    """The app of an organisation whose accounts Ann and Ben may sign in with."""
    secrets: Path = tmp_path_factory.mktemp("secrets") / "secrets.toml"
    secrets.write_text(section(service.url, "ann.lee@devon.gov.uk", "ben@devon.gov.uk"))
    return start(STREAMLIT_SECRETS_FILES=str(secrets))


@pytest.fixture
def browser(app: App, service: Provider) -> Iterator[httpx.Client]:
    """A browser that follows redirects only when told to. The provider is reset."""
    service.claims, service.twist = dict(ANN), ""
    with httpx.Client(base_url=app.url, headers=HTML) as client:
        yield client


def come_back(browser: httpx.Client, wanted: str = "/people?status=active") -> str:
    """Go from a page to the sign-in page and the provider. Return the address to which the provider redirects."""
    page = browser.get(browser.get(wanted).headers["location"]).text
    links = [link.get("href", "") for link in html5lib.parse(page, namespaceHTMLElements=False).iter("a")]
    [ask] = [link for link in links if "/sign-in/organisation" in link]
    provider = browser.get(ask).headers["location"]
    return str(browser.get(provider).headers["location"])


def test_an_allowed_address_gets_in(browser: httpx.Client, app: App) -> None:
    """Capitals do not matter, the page wanted opens, and no link is printed."""
    assert app.link == app.url
    back = come_back(browser)
    assert back.startswith(f"{app.url}/oauth2callback?")
    answer = browser.get(back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/people?status=active")
    assert browser.get("/people").status_code == 200


def test_no_identity_is_left_in_the_browser(browser: httpx.Client) -> None:
    """Only our own cookies: the conversation's ends with it, so that nothing signs in a second time."""
    browser.get(come_back(browser))
    assert set(browser.cookies) == {COOKIE, DEVICE}


def test_the_conversation_is_kept_in_one_short_lived_cookie(service: Provider, scheme: Scheme, now: datetime) -> None:
    """Behind https only https carries it, no script reads it, and it goes to no page outside ours."""
    service.twist = ""
    about = f"{service.url}/.well-known/openid-configuration"
    back = "https://coffee.example/trial/oauth2callback"
    settings = environment.Provider(about, "coffee", "hush", back, frozenset({"ann.lee@devon.gov.uk"}))
    ours = environment.Environment(scheme.path, "https://coffee.example/trial", provider=settings)
    app = Starlette(routes=SignInPages(Organisers(ours, scheme, lambda: now)).routes("k" * 64))
    outside = Starlette(routes=app.routes, middleware=[Middleware(SessionMiddleware, secret_key="another")])
    answer = TestClient(outside, follow_redirects=False).get("/sign-in/organisation")
    [cookie] = answer.headers.get_list("set-cookie")
    name, *flags = cookie.split("; ")
    assert name.startswith("coffee_sign_in=")
    assert sorted(flags) == ["Max-Age=900", "httponly", "path=/trial/", "samesite=lax", "secure"]


def test_after_signing_out_the_old_cookies_and_addresses_are_worthless(browser: httpx.Client, app: App) -> None:
    """Every earlier cookie and the provider's redirect, used again, lead to the sign-in page."""
    back = come_back(browser)
    before = dict(browser.cookies)
    browser.get(back)
    old = before | dict(browser.cookies)
    assert browser.post("/sign-out").status_code == 303
    for cookies in (old, before):
        with httpx.Client(base_url=app.url, headers=HTML, cookies=cookies) as thief:
            assert thief.get("/people").status_code == 303
            assert thief.get(back).status_code == 403
            assert thief.get("/sign-in").status_code == 200
            assert thief.get("/people").status_code == 303


def test_an_account_of_many_groups_gets_in(browser: httpx.Client, service: Provider) -> None:
    """Claims too long for one cookie do not prevent signing in."""
    service.claims["groups"] = [f"Group {number} of Devon County Council" for number in range(300)]
    assert browser.get(come_back(browser)).status_code == 303
    assert browser.get("/people").status_code == 200


def refused(browser: httpx.Client) -> str:
    """The text shown to a browser that is not let in."""
    answer = browser.get(come_back(browser))
    assert answer.status_code == 403
    assert COOKIE not in browser.cookies
    assert browser.get("/people").status_code == 303
    return answer.text


@pytest.mark.parametrize(
    "address", ["eve@devon.gov.uk", "ann.lee@devon.gov.uk.example", "ann.lee@devon.gov.u\N{KELVIN SIGN}"]
)
def test_another_address_is_refused_with_a_sentence(browser: httpx.Client, service: Provider, address: str) -> None:
    """The sentence names the address, and another account can be tried."""
    service.claims["email"] = address
    page = refused(browser)
    assert f"{address} is not on the list of organisers" in page
    assert "Sign in with your organisation’s account" in page


@pytest.mark.parametrize("verified", [False, "false", None, 0, "no"])
def test_an_unverified_address_is_refused(browser: httpx.Client, service: Provider, verified: object) -> None:
    """Some services let people type any address, and say so in this claim."""
    service.claims["email_verified"] = verified
    assert "has not checked that Ann.Lee@Devon.gov.uk is yours" in refused(browser)


def test_a_service_that_says_nothing_of_checking_is_believed(browser: httpx.Client, service: Provider) -> None:
    """Microsoft leaves the claim out, because its addresses come from the organisation itself."""
    del service.claims["email_verified"]
    assert browser.get(come_back(browser)).status_code == 303


@pytest.mark.parametrize("email", [None, "", ["ann.lee@devon.gov.uk"]])
def test_a_missing_address_is_refused(browser: httpx.Client, service: Provider, email: Any) -> None:
    """The sentence says what to ask for."""
    service.claims["email"] = email
    assert "did not tell us your email address" in refused(browser)


@pytest.mark.parametrize(
    "twist", ["denied", "state", "nonce", "audience", "issuer", "expired", "signature", "unsigned"]
)
def test_a_forged_or_broken_answer_is_refused(browser: httpx.Client, service: Provider, twist: str) -> None:
    """Nobody gets in and nobody sees an error, whatever is wrong with the answer."""
    service.twist = twist
    assert "sign-in service did not say who you are" in refused(browser)


def test_an_answer_to_somebody_else_is_refused(browser: httpx.Client, app: App) -> None:
    """A redirect that belongs to another browser signs nobody in here (login CSRF)."""
    back = come_back(browser)
    with httpx.Client(base_url=app.url, headers=HTML) as victim:
        assert victim.get(back).status_code == 403
        come_back(victim)
        assert victim.get(back).status_code == 403
        assert COOKIE not in victim.cookies


def test_a_service_that_is_down_is_told_in_a_sentence(start: Start, tmp_path: Path) -> None:
    """The sign-in page says so and stays open."""
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(section(f"http://127.0.0.1:{free_port()}", "ann.lee@devon.gov.uk"))
    app = start(STREAMLIT_SECRETS_FILES=str(secrets))
    answer = httpx.get(f"{app.url}/sign-in/organisation", headers=HTML)
    assert answer.status_code == 502
    assert "sign-in service did not say who you are" in answer.text


def test_who_is_taken_off_the_list_is_signed_out(start: Start, service: Provider, tmp_path: Path) -> None:
    """The next start ends their sign-ins, whatever cookies they have."""
    secrets, scheme = tmp_path / "secrets.toml", str(tmp_path / "coffee.db")
    service.claims, service.twist = dict(ANN), ""
    secrets.write_text(section(service.url, "ann.lee@devon.gov.uk"))
    first = start(STREAMLIT_SECRETS_FILES=str(secrets), COFFEE_SCHEME=scheme)
    with httpx.Client(base_url=first.url, headers=HTML) as browser:
        browser.get(come_back(browser))
        assert browser.get("/people").status_code == 200
        cookie = browser.cookies[COOKIE]
    secrets.write_text(section(service.url, "ben@devon.gov.uk"))
    second = start(STREAMLIT_SECRETS_FILES=str(secrets), COFFEE_SCHEME=scheme)
    assert httpx.get(f"{first.url}/people", headers=HTML, cookies={COOKIE: cookie}).status_code == 200
    assert httpx.get(f"{second.url}/people", headers=HTML, cookies={COOKIE: cookie}).status_code == 303
