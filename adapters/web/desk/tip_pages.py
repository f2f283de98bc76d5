"""Weekly tips on pages, for admins: every subscription, one of them, and deliveries that have to be looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.web.desk.posted import Form
from adapters.web.desk.tenants import Tenants
from adapters.web.desk.view import Screen, said
from adapters.web.parse import Refused
from adapters.web.render import Frame, render
from bot import tip_admin_views as words
from bot.access import Role, Who
from bot.office import Office
from bot.replies import Buttons, Reply
from bot.storage.ledger import Case
from bot.storage.subscriptions import of_delivery
from bot.tip_admin import Listed, SubscriptionUnknown
from bot.tip_views import about, audience, when

HERE = "/tips"
GONE = "There is no such subscription. The page “Tips” shows them all."
DONE = {
    "again": "The tip will be sent once more in a moment.",
    "not-again": "It was not sent again: it was sent in the meantime, or its words are no longer kept.",
    "ended": "The subscription ended. Nobody was told; “subscribe” in that place begins a new one.",
    "not-ended": "It had already ended.",
    "recalled": "The last tip is taken back where the platform can; what came of it is shown below.",
    "not-recalled": "There is nothing to take back: the last tip was not sent, or that was too long ago.",
}
"""What is said after an act, by the word that stands in the address."""


@dataclass(frozen=True)
class Row:
    """A subscription as it is shown: ``about`` names all topics, ``topics`` some.

    ``week`` is that of the last tip where it can be taken back.
    """

    id: str
    place: str
    platform: str
    kind: str
    channel: str
    when: str
    about: str
    topics: str
    audience: str
    state: str
    ended: bool
    next: str
    last: str
    week: int | None


@dataclass(frozen=True)
class Trouble:
    """A delivery to be looked at."""

    key: str
    place: str
    subscription: str
    what: str
    case: Case


class TipPages:
    """Everything below ``/tips``: of the visitor's own tenant; the local shell may look at each."""

    def __init__(self, office: Office, tenants: Tenants, screen: Screen) -> None:
        self._tips = office.tips
        self._tip_admin = office.tip_admin
        self._tenants = tenants
        self._screen = screen

    async def all(self, request: Request, who: Who) -> Response:
        seen, tenants = await self._look(request, who)
        listed = await self._tip_admin.listed(seen, seen.tenant)
        rows = {one.kept.id: _row(one) for one in listed}
        troubles = [_trouble(case, rows) for case in await self._tip_admin.cases(seen, seen.tenant)]
        return self._screen.page(
            "desk/tips.html", who, HERE, rows=rows.values(), troubles=troubles, tenants=tenants, tenant=seen.tenant,
            done=said(request, DONE),
        )

    async def one(self, request: Request, who: Who) -> Response:
        """With what it would get next. Of direct messages the reason is left out."""
        seen, _ = await self._look(request, who)
        listed = await self._found(request, seen)
        tip = await self._tips.shown(listed.kept, to_others=True) if listed.kept.state != "ended" else None
        return self._screen.page(
            "desk/tip.html", who, HERE, row=_row(listed), tip=render(_without_buttons(tip), Frame()) if tip else "",
            tenant=seen.tenant, done=said(request, DONE),
        )

    async def send_again(self, request: Request, who: Who, form: Form) -> Response:
        """Exactly one delivery, once more."""
        seen, _ = await self._tenants.look(who, form["tenant"])
        again = await self._tip_admin.send_again(seen, form["key"])
        return _back(HERE, seen, "again" if again else "not-again")

    async def change(self, request: Request, who: Who, form: Form) -> Response:
        """End a subscription, or have its last tip taken back."""
        seen, _ = await self._tenants.look(who, form["tenant"])
        listed = await self._found(request, seen)
        match form["then"]:
            case "end":
                done = "ended" if await self._tip_admin.end(seen, listed.kept.id) else "not-ended"
            case "recall":
                recalled = await self._tip_admin.recall(seen, listed.kept.id, form.number("week"))
                done = "recalled" if recalled else "not-recalled"
            case _:
                raise Refused(422, "Choose what to do: go back and press a button.")
        return _back(f"{HERE}/{listed.kept.id}", seen, done)

    async def _look(self, request: Request, who: Who) -> tuple[Who, list[str]]:
        who.needs(Role.ADMIN)
        return await self._tenants.look(who, request.query_params.get("tenant", ""))

    async def _found(self, request: Request, seen: Who) -> Listed:
        """Raises NotAllowed, and Refused where there is none in this tenant."""
        try:
            return await self._tip_admin.one(seen, request.path_params["id"], seen.tenant)
        except SubscriptionUnknown:
            raise Refused(404, GONE) from None


def _row(listed: Listed) -> Row:
    kept, last = listed.kept, listed.last
    return Row(
        kept.id, words.place(listed), words.platform(kept.platform), kept.kind, words.channel(kept),
        when(kept.wish.rhythm), about(kept.wish), words.topics(kept.wish), audience(kept.wish), words.state(kept),
        kept.state == "ended", words.next_send(kept), words.last_week(listed),
        last.week if last and words.can_be_recalled(listed) else None,
    )


def _trouble(case: Case, rows: dict[str, Row]) -> Trouble:
    named = of_delivery(case.key)
    row = rows.get(named[0]) if named else None
    place, subscription = (row.place, row.id) if row else ("a subscription that is gone", "")
    return Trouble(case.key, place, subscription, words.trouble(case), case)


def _without_buttons(tip: Reply) -> Reply:
    """To be looked at only: pressing is for those who get it."""
    return replace(tip, blocks=tuple(block for block in tip.blocks if not isinstance(block, Buttons)))


def _back(address: str, seen: Who, done: str) -> RedirectResponse:
    return RedirectResponse(f"{address}?{urlencode({'tenant': seen.tenant, 'done': done})}", 303)
