"""Signing in with the organisation's own account: OpenID Connect's code flow, by Authlib."""

import logging
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coffee.environment import Provider

log = logging.getLogger("coffee")


class NotVouchedFor(Exception):
    """The service did not say who came, or said somebody who may not come in. `str(error)` can be shown to them."""


@dataclass(frozen=True)
class OpenId:
    """The conversation with one provider. What it needs to remember meanwhile is in the browser's signed session."""

    provider: Provider

    async def ask(self, request: Request) -> Response:
        """Send the visitor to the service, to say who they are. Raises NotVouchedFor when it does not answer."""
        try:
            answer: Response = await self._client.authorize_redirect(request, self.provider.redirect_uri)
        except Exception as error:  # another's server may answer anything
            raise _unfinished(error) from error
        return answer

    async def hear(self, request: Request) -> str:
        """The allowed address of the visitor whom the service sent back. Raises NotVouchedFor."""
        try:
            token = await self._client.authorize_access_token(request)
        except Exception as error:
            raise _unfinished(error) from error
        return self._allowed(token.get("userinfo") or {})

    def _allowed(self, claims: dict[str, object]) -> str:
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
        if not self.provider.allows(address):
            raise NotVouchedFor(
                f"{address} is not on the list of organisers. Ask whoever runs this server to add it, or use another "
                "account."
            )
        return address

    @cached_property
    def _client(self) -> Any:
        from authlib.integrations.starlette_client import OAuth  # a tenth of a second that most starts do not need

        return OAuth().register(
            "organisers",
            client_id=self.provider.client_id,
            client_secret=self.provider.client_secret,
            server_metadata_url=self.provider.metadata_url,
            client_kwargs={"scope": "openid email", "code_challenge_method": "S256"},
            authorize_params={"prompt": "select_account"},
        )


def _unfinished(error: Exception) -> NotVouchedFor:
    log.warning("Sign-in by OpenID Connect did not finish: %r", str(error))  # the visitor may have written it
    return NotVouchedFor("Your organisation's sign-in service did not say who you are. Nothing was changed; try again.")
