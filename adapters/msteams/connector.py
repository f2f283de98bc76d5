"""The one module that knows the Bot Framework SDK: turns and sending. Everything in and out is plain data.

What the SDK would do badly is replaced here: it fetches tokens with a blocking call, checks requests too loosely (the
adapter has checked them before), drops what an entity carries, and turns a failed answer into an exception of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext  # type: ignore[import-untyped]
from botbuilder.schema import (  # type: ignore[import-untyped]
    Activity,
    Attachment,
    ChannelAccount,
    ConversationAccount,
    ConversationReference,
    Entity,
)
from botframework.connector.aio import ConnectorClient  # type: ignore[import-untyped]
from botframework.connector.auth import (  # type: ignore[import-untyped]
    BotFrameworkAuthentication,
    ConnectorFactory,
)
from botframework.connector.auth.authenticate_request_result import (  # type: ignore[import-untyped]
    AuthenticateRequestResult,
)
from msrest.authentication import Authentication
from msrest.pipeline import Response
from msrest.pipeline.async_abc import AsyncHTTPSender, AsyncPipeline
from msrest.pipeline.universal import RawDeserializer

from adapters.msteams import limits
from adapters.msteams.address import Address, MessageAddress
from adapters.msteams.faults import CredentialsRefused, NotReached, Refused, Unanswered
from adapters.msteams.tokens import AppTokens

Work = Callable[[], Awaitable[dict[str, Any] | None]]


class Connector:
    """Runs turns, and sends, updates and deletes activities. Every failure is one of ``faults``."""

    def __init__(self, *, app_id: str, tokens: AppTokens, http: httpx.AsyncClient) -> None:
        self._clients = _Clients(_Sender(tokens, http))
        self._sdk = _Sdk(self._clients)
        self._identity = self._sdk.create_claims_identity(app_id)

    async def turn(self, activity: Mapping[str, Any], work: Work) -> dict[str, Any] | None:
        """``work`` as one turn; what it returns is the body that answers an invoke."""
        admitted = AuthenticateRequestResult()
        admitted.claims_identity, admitted.connector_factory = self._identity, self._clients
        answer = await self._sdk.process_activity(admitted, _incoming(activity), _answering(self._sdk, work))
        return answer.body if isinstance(answer, InvokeResponse) else None

    async def send(self, place: Address, body: Mapping[str, Any]) -> str | None:
        """The new activity's id, where Teams names one."""
        sent: list[Any] = []

        async def logic(context: TurnContext) -> None:
            sent.extend(await self._sdk.send_activities(context, [_outgoing(place, body)]))

        await self._speak(place, None, logic)
        return str(sent[0].id) if sent and sent[0].id else None

    async def update(self, message: MessageAddress, body: Mapping[str, Any]) -> None:
        activity = _outgoing(message.place, body)
        activity.id = message.activity

        async def logic(context: TurnContext) -> None:
            await self._sdk.update_activity(context, activity)

        await self._speak(message.place, message.activity, logic)

    async def delete(self, message: MessageAddress) -> None:
        reference = _reference(message.place, message.activity)

        async def logic(context: TurnContext) -> None:
            await self._sdk.delete_activity(context, reference)

        await self._speak(message.place, message.activity, logic)

    async def _speak(self, place: Address, activity: str | None, logic: Callable[[Any], Awaitable[None]]) -> None:
        await self._sdk.continue_conversation(_reference(place, activity), logic, claims_identity=self._identity)


class OpenEntity(Entity):  # type: ignore[misc]  # the SDK is untyped
    """An entity whose further properties are sent: the SDK's own drops them without a word."""

    _attribute_map = {  # noqa: RUF012  # the SDK reads it from the class
        "type": {"key": "type", "type": "str"},
        "additional_properties": {"key": "", "type": "{object}"},
    }


class _Sdk(CloudAdapterBase):  # type: ignore[misc]  # the SDK is untyped
    def __init__(self, clients: _Clients) -> None:
        super().__init__(_NoAuthentication(clients))


class _NoAuthentication(BotFrameworkAuthentication):  # type: ignore[misc]  # the SDK is untyped
    """Nothing is ever authenticated here: ``verify`` has done it before a turn begins."""

    def __init__(self, clients: _Clients) -> None:
        self._clients = clients

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        raise PermissionError("Requests are checked before they reach the SDK.")

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> Any:
        raise PermissionError("Requests are checked before they reach the SDK.")

    def create_connector_factory(self, claims_identity: Any) -> _Clients:
        return self._clients

    async def create_user_token_client(self, claims_identity: Any) -> None:
        return None


class _Clients(ConnectorFactory):  # type: ignore[misc]  # the SDK is untyped
    """One connector client for each service URL; building one costs more than a request."""

    def __init__(self, sender: _Sender) -> None:
        self._sender = sender
        self._made: dict[str, ConnectorClient] = {}

    async def create(self, service_url: str, audience: str | None = None) -> ConnectorClient:
        if service_url not in self._made:
            if len(self._made) >= limits.CLIENTS.value:
                self._made.clear()
            self._made[service_url] = ConnectorClient(
                Authentication(), base_url=service_url, pipeline_type=_Pipeline, sender=self._sender
            )
        return self._made[service_url]


class _Pipeline(AsyncPipeline[Any, Any]):
    def __init__(self, config: Any) -> None:
        super().__init__([config.user_agent_policy, RawDeserializer()], config.sender)


class _Sender(AsyncHTTPSender[Any, Any]):
    """Sends with our own client and token, and names every failure."""

    def __init__(self, tokens: AppTokens, http: httpx.AsyncClient) -> None:
        self._tokens, self._http = tokens, http

    async def __aexit__(self, *details: object) -> None:
        """The client belongs to whoever made it."""

    async def send(self, request: Any, **config: Any) -> Response[Any, Any]:
        asked = request.http_request
        response = await self._once(asked)
        if response.status_code == 401:
            # A 401 is certainly not done; the token may have been revoked before it expired.
            self._tokens.forget()
            response = await self._once(asked)
        if response.status_code == 401:
            raise CredentialsRefused("Teams answers a fresh token with 401")
        return Response(request, _Answer(_good(response)))

    async def _once(self, asked: Any) -> httpx.Response:
        headers = {**asked.headers, "Authorization": f"Bearer {await self._tokens.get()}"}
        try:
            return await self._http.request(asked.method, asked.url, headers=headers, content=asked.data)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotReached("Teams cannot be reached") from error
        except httpx.HTTPError as error:
            raise Unanswered(f"Teams did not answer ({type(error).__name__})") from error
        except (httpx.InvalidURL, ValueError) as error:
            raise Refused(400, "AddressUnusable") from error


class _Answer:
    """An HTTP answer as the SDK reads one."""

    def __init__(self, response: httpx.Response) -> None:
        self.status_code = response.status_code
        self.headers = {"content-type": "application/json"}
        # Some answers of Teams are empty or no JSON although all went well.
        self._text = response.text if isinstance(_json(response), dict) else "{}"
        self.context: Any = None

    def text(self, encoding: str | None = None) -> str:
        return self._text


def _good(response: httpx.Response) -> httpx.Response:
    status = response.status_code
    if status in {200, 201, 202, 204}:
        return response
    if status >= 500 or status == 408:
        raise Unanswered(f"Teams answers {status}")
    raise Refused(status, _code(response), _seconds(response.headers.get("retry-after")))


def _code(response: httpx.Response) -> str:
    """Teams' own name for the error, where it is a plain word."""
    body = _json(response)
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) and code.isalnum() and len(code) <= 60 else ""


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _seconds(header: str | None) -> float | None:
    try:
        seconds = float(header) if header else None
    except ValueError:
        return None
    return seconds if seconds is not None and 0 <= seconds <= limits.LONGEST_BACK_OFF_SECONDS.value else None


def _answering(sdk: _Sdk, work: Work) -> Callable[[Any], Awaitable[None]]:
    async def logic(context: TurnContext) -> None:
        body = await work()
        if body is not None:
            answer = Activity(type="invokeResponse", value=InvokeResponse(status=200, body=body))
            await sdk.send_activities(context, [answer])

    return logic


def _incoming(activity: Mapping[str, Any]) -> Activity:
    """Only what a turn needs; the words stay outside the SDK."""
    return Activity(
        type=activity["type"],
        id=activity.get("id"),
        name=activity.get("name") if isinstance(activity.get("name"), str) else None,
        channel_id="msteams",
        service_url=activity["serviceUrl"],
        from_property=ChannelAccount(id=activity["from"]["id"]),
        recipient=ChannelAccount(id=activity["recipient"]["id"]),
        conversation=ConversationAccount(id=activity["conversation"]["id"]),
    )


def _reference(place: Address, activity: str | None) -> ConversationReference:
    return ConversationReference(
        activity_id=activity,
        bot=ChannelAccount(id=place.bot),
        channel_id="msteams",
        conversation=ConversationAccount(id=place.conversation, tenant_id=place.tenant),
        service_url=place.service_url,
    )


def _outgoing(place: Address, body: Mapping[str, Any]) -> Activity:
    return Activity(
        type=body["type"],
        channel_id="msteams",
        service_url=place.service_url,
        from_property=ChannelAccount(id=place.bot),
        conversation=ConversationAccount(id=place.conversation, tenant_id=place.tenant),
        text=body.get("text"),
        text_format=body.get("textFormat"),
        summary=body.get("summary"),
        attachments=[_attachment(item) for item in body.get("attachments", ())] or None,
        entities=[_entity(item) for item in body.get("entities", ())] or None,
        channel_data=body.get("channelData"),
    )


def _attachment(item: Mapping[str, Any]) -> Attachment:
    return Attachment(content_type=item["contentType"], content=item["content"])


def _entity(item: Mapping[str, Any]) -> OpenEntity:
    further = {name: value for name, value in item.items() if name != "type"}
    return OpenEntity(type=item["type"], additional_properties=further)
