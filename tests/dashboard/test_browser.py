"""The dashboard in a real Chromium: what is on screen, what was fetched, and that a customer's markup stays text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, expect

from qa_checker.dashboard.environment import ARCHIVE_VARIABLE, DESK_VARIABLE

from .conftest import HOSTILE, HOSTILE_AGENT
from .serving import serving

pytestmark = pytest.mark.browser

SLOW = 30_000  # ms; a busy machine

# Streamlit looks for its own server below a page's address first and finds it one step up.
PROBES = ("/_stcore/health", "/_stcore/host-config")


@pytest.fixture(scope="module")
def server(archive_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    desk = tmp_path_factory.mktemp("desk") / "desk.sqlite"
    with serving({ARCHIVE_VARIABLE: str(archive_root), DESK_VARIABLE: str(desk)}) as address:
        yield address


@dataclass
class Watch:
    """What a page did besides showing something."""

    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def over(self, page: Page, server: str) -> None:
        """Listen to a page."""

        def said(message: ConsoleMessage) -> None:
            if message.type == "error" and not message.location.get("url", "").endswith(PROBES):
                self.errors.append(message.text)

        def asked(request: Request) -> None:
            if not request.url.startswith((server + "/", "data:", "blob:")):
                self.elsewhere.append(request.url)

        def answered(response: Response) -> None:
            if response.status >= 400 and not response.url.endswith(PROBES):
                self.failed.append(response.url)

        page.on("console", said)
        page.on("request", asked)
        page.on("response", answered)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def saw_nothing_wrong(self) -> None:
        """Every visit ends with this."""
        assert (self.errors, self.elsewhere, self.failed) == ([], [], [])


Open = Callable[[str], tuple[Page, Watch]]


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Open]:
    context = browser.new_context(viewport={"width": 1440, "height": 960}, locale="zh-CN")
    context.set_default_timeout(SLOW)
    expect.set_options(timeout=SLOW)

    def open_page(path: str) -> tuple[Page, Watch]:
        page, watch = context.new_page(), Watch()
        watch.over(page, server)
        page.goto(server + path)
        return page, watch

    yield open_page
    context.close()


def test_a_transcript_marks_the_quoted_words_and_shows_markup_as_text(visit: Open) -> None:
    page, watch = visit("/session?batch=2026-09-18&id=X-hostile&days=all")
    expect(page.locator(".bubble").first).to_have_text(HOSTILE)
    assert page.locator("mark").evaluate_all("marks => marks.map((mark) => mark.textContent).join('')") == (
        "👨‍👩‍👧😡这个不归我们管，您找厂家吧😊"
    )
    shirking = page.locator(".card", has_text="不推诿").first
    number = shirking.get_attribute("data-verdict")
    expect(page.locator(f"mark[data-verdicts~='{number}']")).to_have_text("不归我们管")
    expect(shirking).to_contain_text("我帮您核实")
    expect(page.locator(".pill.late")).to_have_text("客服响应 6分40秒 · 超时")
    expect(page.locator(".bubble img, .bubble script")).to_have_count(0)
    assert page.evaluate("window.__xss") is None
    watch.saw_nothing_wrong()


def press(page: Page, key: str) -> None:
    """Press a key once the page has come to rest: while it is drawn, its shortcuts are being set anew."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    page.keyboard.press(key)


def test_from_the_list_into_a_session_on_with_j_and_back(visit: Open) -> None:
    page, watch = visit("/sessions?days=all&sort=score")
    page.locator("tr[data-row='0']", has_text="X-red").click()
    expect(page.locator("h1")).to_have_text("会话 X-red")
    expect(page.locator(".total")).to_contain_text("红线")
    press(page, "j")
    expect(page.locator("h1")).to_have_text("会话 X-hostile")
    assert "sort=score" in page.url
    press(page, "k")
    expect(page.locator("h1")).to_have_text("会话 X-red")
    page.get_by_role("button", name="返回列表").click()
    expect(page.locator("h1")).to_have_text("会话抽检")
    expect(page.locator("tr[data-row='0']")).to_contain_text("X-red")
    watch.saw_nothing_wrong()


def test_a_cell_of_the_heatmap_opens_its_sessions(visit: Open) -> None:
    page, watch = visit("/?days=all")
    expect(page.locator("tr[data-row]")).to_have_count(4)
    assert page.locator("tr[data-row]", has_text=HOSTILE_AGENT).count() == 1
    heatmap = page.locator("[data-testid=stVegaLiteChart]").last
    heatmap.scroll_into_view_if_needed()
    heatmap.locator("text[aria-label*='郑凯'][aria-label*='不推诿']").click()  # where people click: on the figure
    expect(page.locator("h1")).to_have_text("会话抽检")
    expect(page.get_by_text("共 21 个会话")).to_be_visible()
    assert page.evaluate("window.__xss") is None
    watch.saw_nothing_wrong()


def test_a_metric_is_explained_on_hover_and_opens_its_sessions(visit: Open) -> None:
    page, watch = visit("/?days=all")
    card = page.get_by_test_id("stMetric").filter(has_text="平均响应")
    card.get_by_test_id("stTooltipIcon").hover()
    expect(page.get_by_role("tooltip")).to_contain_text("每一轮的等待之和 ÷ 轮数", timeout=SLOW)
    page.get_by_role("link", name="有问题没回：1 个会话").click()
    expect(page.get_by_text("共 1 个会话")).to_be_visible(timeout=SLOW)
    assert "kind=unanswered" in page.url
    watch.saw_nothing_wrong()
