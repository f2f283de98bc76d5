"""The picture of a chart in the web chat: for whoever may read the conversation it stands in."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.ports import Sent
from bot.replies import Chart, Paragraph, Reply, Series
from tests.harness.web import ADDRESS, WebHarness

CHART = Chart("Response time", "It fell from 48 to 12 hours.", ("Before", "After"), (Series("Response time", (48, 12)),), "hours")


async def shown(web: WebHarness) -> str:
    """The address of the picture that stands in the chat."""
    await web.says("How did it go?")
    assert isinstance(await web.messenger.send(web.conversation("direct"), Reply("x", (Paragraph("p"), CHART)), "k1"), Sent)
    page = (await web.browser.client.get("/")).text
    found = re.search(r'<img src="(/chat/charts/[^"]+)" alt="It fell from 48 to 12 hours."', page)
    assert found
    return found[1]


async def test_the_picture_is_served_by_us(web: WebHarness) -> None:
    """As a PNG, kept by no cache, under the same policy as every page."""
    answer = await web.browser.client.get(await shown(web))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png") and answer.content.startswith(b"\x89PNG")
    assert answer.headers["cache-control"] == "no-store" and "img-src 'self'" in answer.headers["content-security-policy"]


async def test_nobody_else_gets_it(web: WebHarness) -> None:
    """Without the session, with another's, from elsewhere."""
    address = await shown(web)
    transport = web.browser.client._transport
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as stranger:
        assert (await stranger.get(address)).status_code == 403
        await stranger.get("/")
        assert (await stranger.get(address)).status_code == 403
    assert (await web.browser.client.get(address, headers={"Host": "midway.example"})).status_code == 401


@pytest.mark.parametrize(("change", "status"), [(("/1.png", "/0.png"), 404), (("/1.png", "/9.png"), 404), (("/charts/", "/charts/x"), 409)])
async def test_what_is_no_chart_is_no_picture(web: WebHarness, change: tuple[str, str], status: int) -> None:
    address = (await shown(web)).replace(*change)
    assert (await web.browser.client.get(address)).status_code == status
