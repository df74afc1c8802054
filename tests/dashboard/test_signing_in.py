"""Coming in, in a real browser: with a password, and through an identity provider on this machine."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from qa_checker.archive.query import Archive, SessionKey
from qa_checker.dashboard.environment import ARCHIVE_VARIABLE, AUTH_VARIABLE, DESK_VARIABLE, OIDC_VARIABLES
from qa_checker.dashboard.visitor import VISIT_COOKIE
from qa_checker.desk.accounts import MOST_FAILURES, Role, add_account, disable_account, sign_in
from qa_checker.desk.appeals import AppealState, appeals
from qa_checker.desk.audit import Action, entries
from qa_checker.desk.cases import cases
from qa_checker.desk.database import Desk
from qa_checker.desk.reviews import Ruling, decide
from qa_checker.desk.tables import Draft

from .people import PASSWORD, hire
from .serving import free_port, serving, wait_for

pytestmark = pytest.mark.browser

SLOW = 30_000  # ms; a busy machine
SHIRKING = "/session?batch=2026-09-18&id=S2-002&days=all"


@dataclass
class House:
    """A running dashboard and its desk."""

    address: str
    desk: Desk


@pytest.fixture(scope="module")
def house(archive_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    file = tmp_path_factory.mktemp("desk") / "desk.sqlite"
    desk = Desk(f"sqlite:///{file}")
    hire(desk)
    with serving({ARCHIVE_VARIABLE: str(archive_root), DESK_VARIABLE: str(file), AUTH_VARIABLE: "local"}) as address:
        yield House(address, desk)
    desk.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 960}, locale="zh-CN")
    context.set_default_timeout(SLOW)
    expect.set_options(timeout=SLOW)
    yield context.new_page()
    context.close()


def come_in(page: Page, house: House, name: str, password: str = PASSWORD) -> None:
    page.goto(house.address)
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def settled(page: Page) -> None:
    """Wait until the page is drawn to its end; before it is begun, nothing runs either."""
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()


def sessions_file(page: Page) -> Locator:
    """The button of 导出中心 for the sessions, once all four are drawn: until then they move."""
    expect(page.get_by_role("button", name="下载")).to_have_count(4)
    return page.get_by_role("button", name="下载").nth(1)


def test_nothing_behind_the_door_answers_without_a_visit(house: House) -> None:
    for path in ("/_stcore/host-config", "/_stcore/stream", "/_stcore/upload_file/x/y", "/media/x", "/static/x", "/x"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(house.address + path, timeout=30)
        assert refused.value.code == 401, path
        refused.value.close()


def test_a_form_of_another_site_signs_nobody_in(house: House) -> None:
    form = urllib.request.Request(house.address + "/sign-in", data=b"name=wang&password=x")
    form.add_header("Origin", "http://elsewhere.example")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(form, timeout=30)
    assert refused.value.code == 403
    refused.value.close()


def test_an_agent_comes_in_appeals_and_leaves(house: House, page: Page) -> None:
    come_in(page, house, "zheng", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不对。")
    come_in(page, house, "zheng")
    expect(page.locator("h1")).to_have_text("我的概览")
    (cookie,) = [each for each in page.context.cookies() if each["name"] == "qa_visit"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    page.goto(house.address + SHIRKING)
    page.locator(".card", has_text="不推诿").get_by_role("button", name="申诉").click()
    page.get_by_label("理由").fill("顾客问的是快递公司的事")
    page.get_by_role("button", name="提交申诉").click()
    expect(page.locator(".card", has_text="不推诿")).to_contain_text("申诉处理中")
    (filed,) = appeals(house.desk)
    assert (filed.filed_by, filed.state) == ("zheng", AppealState.OPEN)
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_text("请刷新本页重新登录")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="客服质检")).to_be_visible()
    for password in ("wrong", PASSWORD):  # the address he wanted survives a wrong password too
        page.get_by_label("账号").fill("zheng")
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="登录").click()
    expect(page.locator("h1")).to_have_text("会话 S2-002")


def test_wrong_passwords_lock_the_door_even_for_the_right_one(house: House, page: Page) -> None:
    for password in ["wrong"] * MOST_FAILURES + [PASSWORD]:
        come_in(page, house, "ops", password)
        expect(page.get_by_role("alert")).to_contain_text("账号会锁定一刻钟")
        page.goto("about:blank")


def test_a_supervisor_confirms_adds_what_was_missed_and_f5_loses_nothing(house: House, page: Page) -> None:
    come_in(page, house, "zhang")
    expect(page.locator("h1")).to_have_text("质检总览")
    page.goto(house.address + "/review?batch=2026-09-18&id=S2-014&days=all")
    expect(page.locator("h1")).to_have_text("会话 S2-014")
    shirking = page.locator(".card", has_text="不推诿")
    shirking.get_by_role("button", name="确认").click()
    expect(shirking).to_contain_text("zhang 已确认")
    expect(page.locator("dt", has_text="机器评分")).to_be_visible()
    page.locator(".left .bubble").last.click(click_count=3)
    page.get_by_role("button", name="补充一条").click()
    page.get_by_role("dialog").get_by_role("combobox").click()
    page.get_by_role("option", name="首次回复要问好").click()
    page.get_by_role("button", name="补充", exact=True).click()
    expect(page.locator(".card", has_text="zhang 复核时补充")).to_be_visible()
    page.reload()
    expect(page.locator(".card", has_text="zhang 复核时补充")).to_contain_text("zhang 已确认")
    expect(shirking).to_contain_text("zhang 已确认")
    expect(page.locator(".number")).to_have_text("82")


def kept(page: Page, house: House, words: str) -> None:
    """Wait until the desk holds a draft that ends so."""
    for _ in range(SLOW // 100):
        with house.desk.reading() as session:
            if any(words in json.dumps(each, ensure_ascii=False) for each in session.scalars(select(Draft.content))):
                return
        page.wait_for_timeout(100)
    pytest.fail(f"no draft with {words}")


def test_what_one_was_typing_survives_f5_and_a_lost_visit_until_it_is_sent(house: House, page: Page) -> None:
    come_in(page, house, "li")
    expect(page.locator("h1")).to_have_text("质检总览")
    page.goto(house.address + SHIRKING)
    page.get_by_label("评语").press_sequentially("下次先道歉，再说办法")
    kept(page, house, "再说办法")
    page.context.clear_cookies()
    page.goto(house.address)
    come_in(page, house, "li")
    expect(page.locator("h1")).to_have_text("质检总览")
    page.goto(house.address + SHIRKING)
    expect(page.get_by_label("评语")).to_have_value("下次先道歉，再说办法")
    expect(page.get_by_text("写了没有发出的内容，已经恢复")).to_be_visible()
    page.get_by_label("评语").press("End")
    page.get_by_label("评语").press_sequentially("。")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("下次先道歉，再说办法。")).to_be_visible()
    expect(page.get_by_label("评语")).to_have_value("")
    page.reload()
    expect(page.get_by_text("下次先道歉，再说办法。")).to_be_visible()
    expect(page.get_by_label("评语")).to_have_value("")
    page.goto(house.address + "/rules?view=edit")
    page.get_by_role("combobox").first.fill("phrases/apology")
    page.get_by_role("option", name="phrases/apology.txt").click()
    page.locator("textarea").press("Control+End")
    page.locator("textarea").press_sequentially("\n实在过意不去")
    kept(page, house, "实在过意不去")
    page.reload()
    expect(page.get_by_text("写了没有发出的内容，已经恢复")).to_be_visible()
    expect(page.get_by_text("+实在过意不去")).to_be_visible()


def test_a_reason_half_written_in_a_dialog_is_there_when_it_opens_again(house: House, page: Page) -> None:
    come_in(page, house, "wang")
    expect(page.locator("h1")).to_have_text("我的概览")
    page.goto(house.address + "/session?batch=2026-09-18&id=S2-000&days=all")
    page.locator(".card", has_text="三分钟内回复").get_by_role("button", name="申诉").click()
    page.get_by_label("理由").press_sequentially("系统断线了，")
    kept(page, house, "系统断线了")
    page.reload()
    page.locator(".card", has_text="三分钟内回复").get_by_role("button", name="申诉").click()
    expect(page.get_by_label("理由")).to_have_value("系统断线了，")
    page.get_by_label("理由").press("End")
    page.get_by_label("理由").press_sequentially("有截图")
    page.get_by_role("button", name="提交申诉").click()
    expect(page.locator(".card", has_text="三分钟内回复")).to_contain_text("申诉处理中")
    assert "系统断线了，有截图" in [appeal.reason for appeal in appeals(house.desk)]
    with house.desk.reading() as session:
        assert not any("断线" in str(each) for each in session.scalars(select(Draft.content)))


def test_every_file_taken_away_is_what_it_says_and_in_the_log(house: House, page: Page, archive: Archive) -> None:
    key = SessionKey("2026-09-18", "S2-005")
    result, case = cases(house.desk, archive, [key])[key]
    fined = next(each for each in case.findings if each.finding.fine)
    decide(house.desk, result, fined.finding, Ruling.CONFIRMED, "zhang", seen=fined.number)
    come_in(page, house, "zhang")
    expect(page.locator("h1")).to_have_text("质检总览")
    page.goto(house.address + "/exports?days=all")
    expect(page.get_by_role("button", name="下载")).to_have_count(4)
    files = [taken(page, page.get_by_role("button", name="下载").nth(place)) for place in range(4)]
    page.goto(house.address + "/ledger")
    files.append(taken(page, page.get_by_role("button", name="导出 CSV")))
    assert [name.partition("_")[0] for name, _ in files] == ["质检报告", "会话", "判定", "奖惩台账", "奖惩台账"]
    assert files[0][1].startswith(b"PK")
    assert all("S2-005" in content.decode("utf-8-sig") for _, content in files[1:])
    total, lines = entries(house.desk, actions=[Action.EXPORTED])
    assert total == 5
    whats = [line.detail["what"] for line in reversed(lines)]
    assert whats == ["report", "sessions", "verdicts", "ledger_lines", "ledger"]
    assert {line.actor for line in lines} == {"zhang"}


def test_a_file_made_for_one_visit_is_given_to_no_other(house: House, page: Page) -> None:
    come_in(page, house, "zhang")
    expect(page.locator("h1")).to_have_text("质检总览")
    page.goto(house.address + "/exports?days=all")
    settled(page)
    with page.expect_download() as coming:
        sessions_file(page).click()
    file = coming.value.url
    mine = next(each["value"] for each in page.context.cookies() if each["name"] == VISIT_COOKIE)
    status, kind, content = asked(file, mine)
    assert (status, kind) == (200, "text/csv; charset=utf-8")
    assert content == Path(coming.value.path()).read_bytes()
    assert asked(file, sign_in(house.desk, "li", PASSWORD))[0] == 404
    assert asked(file, sign_in(house.desk, "wang", PASSWORD))[0] == 404
    assert asked(file, "")[0] == 401
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_text("请刷新本页重新登录")).to_be_visible()
    assert asked(file, mine)[0] == 401


def asked(file: str, visit: str) -> tuple[int, str, bytes]:
    """What the server answers to whoever knows a file's name: status, type and content."""
    request = urllib.request.Request(file, headers={"Cookie": f"{VISIT_COOKIE}={visit}"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers["content-type"], answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, "", b""


def taken(page: Page, button: Locator) -> tuple[str, bytes]:
    """Click, and take what comes: the file's name and content."""
    settled(page)
    with page.expect_download() as coming:
        button.click()
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


PEOPLE = (
    {"sub": "zhang", "email": "zhang@example.com", "email_verified": True},
    {"sub": "stranger", "email": "stranger@example.com"},
    {"sub": "liar", "email": "zhang@example.com", "email_verified": False},
)


@pytest.fixture(scope="module")
def sso(archive_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    file, port, provider_port = tmp_path_factory.mktemp("desk") / "desk.sqlite", free_port(), free_port()
    desk = Desk(f"sqlite:///{file}")
    add_account(desk, "zhang@example.com", Role.SUPERVISOR, by="测试")
    provider = [sys.executable, "-m", "oidc_provider_mock", "--port", str(provider_port)]
    provider += [part for person in PEOPLE for part in ("--user-claims", json.dumps(person))]
    metadata = f"http://127.0.0.1:{provider_port}/.well-known/openid-configuration"
    told = dict.fromkeys(OIDC_VARIABLES.values(), "a secret that is long enough for a cookie") | {
        "QA_OIDC_METADATA_URL": metadata,
        "QA_OIDC_REDIRECT_URI": f"http://127.0.0.1:{port}/oauth2callback",
        ARCHIVE_VARIABLE: str(archive_root),
        DESK_VARIABLE: str(file),
        AUTH_VARIABLE: "oidc",
    }
    with subprocess.Popen(provider, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            wait_for(metadata, running)
            with serving(told, port) as address:
                yield House(address, desk)
        finally:
            running.terminate()
    desk.close()


def through_the_provider(page: Page, sso: House, name: str) -> None:
    page.goto(sso.address)
    page.get_by_role("button", name="登录").click()
    page.locator("input[name=sub]").fill(name)
    page.locator("button[type=submit], input[type=submit]").first.click()
    page.wait_for_url(f"{sso.address}/**")
    settled(page)


def test_who_the_provider_vouches_for_gets_the_role_of_his_account(sso: House, page: Page) -> None:
    through_the_provider(page, sso, "zhang")
    expect(page.locator("h1")).to_have_text("质检总览")
    expect(page.get_by_text("班组长")).to_be_visible()
    page.goto(sso.address + "/exports?days=all")
    settled(page)
    with page.expect_download() as coming:
        sessions_file(page).click()
    assert Path(coming.value.path()).read_bytes().count(b"\n") > 60
    assert asked(coming.value.url, "")[0] == 404  # nobody signed in
    disable_account(sso.desk, "zhang@example.com", by="测试")
    page.get_by_role("link", name="会话抽检").click()
    expect(page.get_by_text("您的账号还没有开通或已停用")).to_be_visible()


@pytest.mark.parametrize(("name", "shown"), [("stranger", "您的账号还没有开通或已停用"), ("liar", "登录")])
def test_whom_the_desk_does_not_know_stays_outside(sso: House, page: Page, name: str, shown: str) -> None:
    through_the_provider(page, sso, name)
    expect(page.get_by_text(shown, exact=False).first).to_be_visible()
    expect(page.locator("h1")).to_have_text("客服质检")
    assert page.get_by_role("link", name="会话抽检").count() == 0
