"""Everything around the library, put together: who may, what curators and experts do, what is due, what is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.access import Access, Role
from bot.brief_chat import Briefs
from bot.curation import Changed, Curation, Examine
from bot.endings import Endings
from bot.experts import Experts
from bot.gaps import GapList
from bot.outbox import Told
from bot.pilot_keeping import PilotKeeping
from bot.pilot_reminders import PilotReminders
from bot.ports import Clock
from bot.posts import Posts
from bot.refusals import Refusals
from bot.report_counting import Counting
from bot.reports import Reports
from bot.reviews import Reviews
from bot.role_chat import RoleChat
from bot.storage.unit import Storage
from bot.subscription_keeping import SubscriptionKeeping
from bot.tip_admin import TipAdmin
from bot.tips import Tips
from knowledge.library import Library
from knowledge.practice import Practice


@dataclass(frozen=True)
class Office:
    """The parts, for chats and for pages."""

    access: Access
    curation: Curation
    experts: Experts
    gaps: GapList
    reviews: Reviews
    posts: Posts
    role_chat: RoleChat
    pilots: PilotKeeping
    pilot_reminders: PilotReminders
    briefs: Briefs
    subscriptions: SubscriptionKeeping
    tips: Tips
    tip_admin: TipAdmin
    counting: Counting
    reports: Reports
    refusals: Refusals
    endings: Endings

    @property
    def told(self) -> tuple[Told, ...]:
        """Those that have to act on what came of what was said unasked."""
        return self.tips.told, self.refusals.told

    @classmethod
    def over(
        cls, storage: Storage, clock: Clock, library: Callable[[], Library], examine: Examine, changed: Changed, *,
        named: Mapping[Role, Sequence[str]], public_url: str, everybody: frozenset[Role] = frozenset(),
        made_up: bool = False, by_mention: frozenset[str] = frozenset(),
    ) -> Office:
        """``library`` gives the one in force; ``named`` are the settings' people by role, ``everybody`` what everybody
        is; ``made_up`` is whether the organization is; ``by_mention`` as in ``Terms``.
        """

        def practice(practice_id: str) -> Practice | None:
            return library().practices.get(practice_id)

        def title(practice_id: str) -> str | None:
            found = practice(practice_id)
            return found.title if found else None

        access = Access(storage, storage.secret, clock, named, everybody)
        curation = Curation(storage, clock, examine, changed, public_url)
        experts = Experts(storage, clock, curation, title, access)
        reviews = Reviews(storage, clock, lambda: library().practices.values())
        subscriptions = SubscriptionKeeping(storage, clock)
        tips, tip_admin = Tips(storage, clock, library, public_url), TipAdmin(storage, clock, subscriptions)
        posts = Posts(storage, clock, experts)
        chat = RoleChat(access, experts, curation, posts, practice, public_url, by_mention)
        gaps, pilots = GapList(storage, clock, title), PilotKeeping(storage, clock, library)
        briefs = Briefs(storage, clock, access, library, public_url)
        reminders, refusals = PilotReminders(storage, clock), Refusals(clock)
        return cls(
            access, curation, experts, gaps, reviews, posts, chat, pilots, reminders, briefs, subscriptions, tips,
            tip_admin, Counting(storage, clock), Reports(storage, clock, library, made_up=made_up),
            refusals, Endings(storage, clock, tips, refusals),
        )
