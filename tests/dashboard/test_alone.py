"""On one's own computer, with nobody to sign in: the whole round of review by oneself, in a real browser."""

from pathlib import Path

import pytest
from desk.night import key, publish_night
from playwright.sync_api import Browser, expect

from qa_checker.dashboard.environment import ARCHIVE_VARIABLE, DESK_VARIABLE
from qa_checker.desk.appeals import AppealState, appeals
from qa_checker.desk.cases import cases
from qa_checker.desk.database import Desk

from .serving import serving

pytestmark = pytest.mark.browser

SLOW = 30_000  # ms; a busy machine


def test_one_person_confirms_appeals_and_answers(browser: Browser, tmp_path: Path) -> None:
    asked = "reviewer_asks: 热情吗？\nwhen: {customer_says: 服务真好}\ncosts: 5"
    archive = publish_night(tmp_path, warm=asked)
    file = tmp_path / "desk.sqlite"
    page = browser.new_page(locale="zh-CN")
    page.set_default_timeout(SLOW)
    expect.set_options(timeout=SLOW)
    with serving({ARCHIVE_VARIABLE: str(archive.root), DESK_VARIABLE: str(file)}) as address:
        page.goto(f"{address}/session?batch=night&id=S2&days=all")
        expect(page.get_by_text("↳ 第 1 条：“服务真好”")).to_be_visible()  # the question, and the words that raised it
        wechat = page.locator(".card", has_text="wechat")
        wechat.get_by_role("button", name="确认").click()
        expect(wechat).to_contain_text("本机用户 已确认")
        wechat.get_by_role("button", name="申诉").click()
        expect(page.get_by_role("dialog")).to_contain_text("替客服 李婷 申诉")
        page.get_by_label("理由").fill("顾客自己先要的")
        page.get_by_role("button", name="提交申诉").click()
        expect(wechat).to_contain_text("申诉处理中")
        page.get_by_role("link", name="申诉处理").click()
        page.get_by_label("答复").fill("看过了，确实如此")
        page.get_by_role("button", name="申诉成立").click()
        expect(page.get_by_text("没有待处理的申诉")).to_be_visible()
    page.close()
    desk = Desk(f"sqlite:///{file}")
    (appeal,) = appeals(desk)
    assert (appeal.state, appeal.filed_by, appeal.decided_by) == (AppealState.UPHELD, "本机用户", "本机用户")
    assert cases(desk, archive, [key("S2")])[key("S2")][1].final.score == 100
    desk.close()
    archive.close()
