"""Signing in with the organisation's own account: OpenID Connect by Streamlit, as `st.login` does it.

`st.login` sends a browser to Streamlit's /auth/login. It says so over the websocket, which is closed to whoever is
signed out, so here the sign-in page asks in its place. Streamlit speaks with the service and puts the identity that it
verified into a cookie which nobody could revoke for thirty days: it is read on its way out, and goes no further.
"""

import json
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_auth_routes import create_auth_routes
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from coffee.config.environment import Provider

_LOGIN, _LOGOUT, _CALLBACK = (route.endpoint for route in create_auth_routes(""))


class NotVouchedFor(Exception):
    """The service did not say who came, or said somebody who may not come in. `str(error)` can be shown to them."""


async def ask(request: Request) -> Response:
    """Send the visitor to the service, to say who they are. Raises NotVouchedFor when it does not answer."""
    login = urlsplit(generate_login_redirect_url("default"))
    answer: Response = await _LOGIN(Request({**request.scope, "query_string": login.query.encode()}))
    if answer.status_code >= 400:
        raise _unfinished()
    return answer


async def hear(request: Request, provider: Provider) -> str:
    """The allowed address of the visitor whom the service sent back. Raises NotVouchedFor."""
    claims = _identity(await _CALLBACK(request))
    if claims is None:
        raise _unfinished()
    return _allowed(claims, provider)


def _identity(answer: Response) -> dict[str, object] | None:
    """What Streamlit vouches for in the cookies that it sets; None when it sets none."""
    cookies = SimpleCookie()
    for header in answer.headers.getlist("set-cookie"):
        cookies.load(header)

    def signed(name: str) -> bytes | None:
        found = cookies.get(name)
        return decode_signed_value(get_cookie_secret(), name, found.value) if found else None

    kept = get_cookie_with_chunks(signed, USER_COOKIE_NAME)
    return json.loads(kept) if kept else None


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


def _unfinished() -> NotVouchedFor:
    """Streamlit has written the reason to the log."""
    return NotVouchedFor("Your organisation's sign-in service did not say who you are. Nothing was changed; try again.")
