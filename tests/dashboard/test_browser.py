"""The dashboard in a real Chromium: what is on screen, what was fetched, and that a customer's markup stays text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, expect

from qa_checker.dashboard.environment import ARCHIVE_VARIABLE, DESK_VARIABLE
from qa_checker.dashboard.navigation import ROOMS

from .conftest import HOSTILE, HOSTILE_AGENT, write_archive
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
THREE_FINDINGS = "/review?batch=2026-09-16&id=S0-014&days=all&agent=郑凯"
CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")


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


def at_rest(page: Page) -> None:
    """Wait until the page is drawn to its end."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def test_from_the_list_into_a_session_on_with_j_and_back(visit: Open) -> None:
    page, watch = visit("/sessions?days=all&sort=score")
    page.locator("tr[data-row='0']", has_text="X-red").click()
    expect(page.locator("h1")).to_have_text("会话 X-red")
    expect(page.locator(".total")).to_contain_text("红线")
    page.keyboard.press("j")
    expect(page.locator("h1")).to_have_text("会话 X-hostile")
    assert "sort=score" in page.url
    page.keyboard.press("k")
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


def test_keys_pressed_while_the_page_is_drawn_are_answered_one_after_the_other(visit: Open) -> None:
    page, watch = visit("/sessions?days=all&sort=score")
    page.locator("tr[data-row='0']").click()
    page.wait_for_url("**/session?*")
    for key in "jjjjk":
        page.keyboard.press(key)
    expect(page.get_by_text("4 / 68", exact=True)).to_be_visible()
    watch.saw_nothing_wrong()


def test_a_and_x_rule_on_what_was_read_and_never_on_the_next_session_unseen(visit: Open) -> None:
    page, watch = visit(THREE_FINDINGS)
    expect(page.locator(".card.current")).to_be_visible()
    for key in "xaaaa":
        page.keyboard.press(key)
    expect(page.locator("h1")).not_to_have_text("会话 S0-014")
    at_rest(page)
    expect(page.get_by_text("待复核 1 项")).to_be_visible()
    expect(page.locator(".card .state")).to_have_count(0)
    page.goto(page.url.partition("/review")[0] + THREE_FINDINGS)
    expect(page.locator(".card .state")).to_have_text(["本机用户 已确认", "本机用户 已推翻", "本机用户 已确认"])
    watch.saw_nothing_wrong()


def test_letters_typed_into_a_comment_rule_on_nothing(visit: Open) -> None:
    page, watch = visit("/review?batch=2026-09-17&id=S1-014&days=all")
    expect(page.locator(".card.current")).to_be_visible()
    page.get_by_label("评语").press_sequentially("axjk")
    expect(page.get_by_label("评语")).to_have_value("axjk")
    at_rest(page)
    expect(page.locator("h1")).to_have_text("会话 S1-014")
    expect(page.locator(".card .state")).to_have_count(0)
    watch.saw_nothing_wrong()


def test_filters_live_in_the_address_and_survive_f5(visit: Open) -> None:
    page, watch = visit("/sessions?days=all")
    page.get_by_label("结果").click()
    page.get_by_role("option", name="红线").click()
    expect(page.get_by_text("共 1 个会话")).to_be_visible()
    page.reload()
    expect(page.get_by_text("共 1 个会话")).to_be_visible()
    page.get_by_role("button", name="清空筛选").click()
    expect(page.get_by_text("共 1 个会话")).to_have_count(0)
    watch.saw_nothing_wrong()


def test_streamlits_own_words_are_chinese(visit: Open) -> None:
    page, watch = visit("/sessions?days=all")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page).to_have_title("会话抽检 · 客服质检")
    page.get_by_label("店铺").press_sequentially("zzz")
    expect(page.get_by_text("没有符合的选项")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_label("会话编号").press_sequentially("X")
    expect(page.get_by_text("按回车生效")).to_be_visible()
    watch.saw_nothing_wrong()
    page.goto(page.url.partition("/sessions")[0] + "/nowhere")
    expect(page.get_by_role("dialog")).to_contain_text("没有这个页面")
    expect(page.get_by_role("dialog")).to_contain_text("已经为您打开首页")


def test_the_keys_of_the_desk_stay_in_view_on_a_small_screen(visit: Open) -> None:
    page, watch = visit(THREE_FINDINGS.replace("S0", "S1").replace("16", "17"))
    page.set_viewport_size({"width": 1024, "height": 600})
    expect(page.locator(".card.current")).to_be_visible()
    page.get_by_role("button", name="发送").scroll_into_view_if_needed()
    expect(page.locator(".bubble").first).not_to_be_in_viewport()
    expect(page.locator(".st-key-key-a")).to_be_in_viewport(ratio=1)
    expect(page.locator(".st-key-key-j")).to_be_in_viewport(ratio=1)
    watch.saw_nothing_wrong()


@pytest.mark.parametrize("width", [1024, 1440])
def test_the_metrics_of_all_agents_fit_the_window(visit: Open, width: int) -> None:
    page, watch = visit("/agents?days=all")
    page.set_viewport_size({"width": width, "height": 768})
    expect(page.locator("tr[data-row]")).to_have_count(4)
    at_rest(page)
    assert page.locator(".frame").evaluate("frame => frame.scrollWidth - frame.clientWidth") <= 0
    watch.saw_nothing_wrong()


@pytest.mark.long
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_fits_a_small_screen_and_can_be_read(visit: Open, theme: Literal["light", "dark"]) -> None:
    page, watch = visit("/sessions")
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": 1024, "height": 768})
    home = page.url.partition("/sessions")[0]
    for room in ROOMS:
        if room.own:
            continue
        page.goto(f"{home}/{'' if room is ROOMS[0] else room.name}?days=all")
        expect(page.locator("h1")).to_be_visible()
        at_rest(page)
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0, room.name
        assert page.evaluate(CONTRAST) == [], room.name
    watch.saw_nothing_wrong()


def test_a_page_that_fails_says_so_in_plain_words_and_so_does_a_server_that_stopped(
    browser: Browser, tmp_path: Path
) -> None:
    write_archive(tmp_path)
    page = browser.new_page(locale="zh-CN")
    with serving({ARCHIVE_VARIABLE: str(tmp_path), DESK_VARIABLE: str(tmp_path / "desk.sqlite")}) as server:
        page.goto(f"{server}/session?batch=2026-09-18&id=X-red&days=all")
        expect(page.get_by_text("加我微信聊")).to_be_visible(timeout=SLOW)
        for stored in tmp_path.glob("*/*/messages.parquet"):  # nobody foresees that, once the archive was opened
            stored.unlink()
        page.goto(f"{server}/session?batch=2026-09-18&id=S2-002&days=all")
        expect(page.get_by_text("这一步没有成功")).to_be_visible(timeout=SLOW)
        expect(page.get_by_text("请刷新本页再试一次")).to_be_visible()
        expect(page.get_by_text("parquet")).to_have_count(0)
        expect(page.get_by_role("link", name="会话抽检")).to_be_visible()
    expect(page.get_by_role("dialog")).to_contain_text("连不上看板", timeout=SLOW)
    expect(page.get_by_text("Streamlit")).to_have_count(0)
    page.close()
