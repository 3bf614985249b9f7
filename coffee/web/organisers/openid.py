"""Sign in with the organisation's own account, over OpenID Connect.

Authlib speaks with the service and checks what it answers. Where the conversation left off is kept in a short-lived
cookie, and nothing of the identity stays in the browser.
"""

import logging

from authlib.integrations.starlette_client import OAuth, StarletteOAuth2App
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from coffee.config.environment import Provider

LASTS = 15 * 60  # seconds that somebody may take to sign in at the service

log = logging.getLogger(__name__)


class NotVouchedFor(Exception):
    """The service did not say who came, or named somebody who may not come in. `str(error)` can be shown to them."""


class Conversation(SessionMiddleware):
    """The session in which a sign-in at the service is under way.

    It works on its own copy of the scope: Streamlit's session would otherwise keep the same in a second cookie.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().__call__(dict(scope), receive, send)


async def ask(request: Request, provider: Provider) -> Response:
    """Send the visitor to the service to say who they are. Raises NotVouchedFor when it does not answer."""
    try:
        redirect: Response = await _client(provider).authorize_redirect(
            request, provider.redirect_uri, prompt="select_account"
        )
    except Exception as fault:  # the service may answer anything
        raise _unfinished(fault) from fault
    return redirect


async def hear(request: Request, provider: Provider) -> str:
    """Return the allowed address of the visitor whom the service sent back. Raises NotVouchedFor."""
    try:
        token = await _client(provider).authorize_access_token(request)
        claims = dict(token["userinfo"])
    except Exception as fault:  # the service, or whoever made up the address, may answer anything
        raise _unfinished(fault) from fault
    return _allowed(claims, provider)


def _client(provider: Provider) -> StarletteOAuth2App:
    """Return a client that asks the service for its addresses and keys anew, with the fewest scopes and a proof key
    (RFC 7636).
    """
    return OAuth().register(
        "organisation",
        server_metadata_url=provider.metadata_url,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        client_kwargs={"scope": "openid email", "code_challenge_method": "S256"},
    )


def _allowed(claims: dict[str, object], provider: Provider) -> str:
    address = claims.get("email")
    if not isinstance(address, str) or not address:
        raise NotVouchedFor(
            "Your organisation did not tell us your email address. Ask whoever looks after its sign-in service to "
            "share it with this application."
        )
    # Microsoft leaves this claim out; its tenants' addresses are given out by the organisation itself.
    if claims.get("email_verified", True) not in (True, "true"):
        raise NotVouchedFor(
            f"Your organisation has not checked that {address} is yours. Confirm the address there, then try again."
        )
    if not provider.allows(address):
        raise NotVouchedFor(
            f"{address} is not on the list of organisers. Ask whoever runs this server to add it, or use another "
            "account."
        )
    return address


def _unfinished(fault: Exception) -> NotVouchedFor:
    log.warning("Signing in with the organisation's account failed: %r", fault)
    return NotVouchedFor("Your organisation's sign-in service did not say who you are. Nothing was changed; try again.")
