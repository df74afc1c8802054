"""Hostile text in every field that people outside can fill, in a real browser: none runs, none fetches anything."""

import hashlib
import json
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from qa_checker.archive.query import Archive, SessionKey
from qa_checker.dashboard.environment import ARCHIVE_VARIABLE, AUTH_VARIABLE, DESK_VARIABLE
from qa_checker.desk.accounts import Role, add_account
from qa_checker.desk.appeals import AppealState, decide_appeal, file_appeal
from qa_checker.desk.audit import Action, record
from qa_checker.desk.cases import cases
from qa_checker.desk.database import Desk
from qa_checker.desk.editions import publish
from qa_checker.desk.in_force import texts
from qa_checker.desk.reviews import Ruling, comment, decide
from qa_checker.nightly import Options, run
from qa_checker.rulebook import lexicons, load

from .conftest import FINGERPRINT, RULES, Batch
from .people import PASSWORD
from .serving import serving

pytestmark = pytest.mark.browser

SLOW = 30_000  # ms; a busy machine
AWAY = "http://away.example"
PAYLOADS = [
    "<img src=x onerror=window.__xss=1>",
    "<script>window.__xss=1</script>",
    "</textarea></script><script>window.__xss=1</script>",
    "<svg/onload=window.__xss=1>",
    f'"><iframe src="javascript:window.top.__xss=1"></iframe><iframe src={AWAY}/f>',
    "[点这里](javascript:window.__xss=1) <javascript:window.__xss=1>",
    f"![图]({AWAY}/pixel.png) ![图][1]\n\n[1]: {AWAY}/ref.png",
    f"<style>@import '{AWAY}/x.css'; *{{background:url({AWAY}/y.png)}}</style>",
    f"<link rel=stylesheet href={AWAY}/z.css><base href={AWAY}/>",
    f"<meta http-equiv=refresh content='0;url={AWAY}'>",
    r"$\href{javascript:window.__xss=1}{x}$ $$\includegraphics{http://away.example/k.png}$$",
    f":red[<img src={AWAY}/c.png>] :material/home: :small[<b onmouseover=window.__xss=1>x</b>]",
    f"<form action={AWAY}><input autofocus onfocus=window.__xss=1><button formaction=javascript:window.__xss=1>",
    f"<object data={AWAY}/o></object><embed src={AWAY}/e><video poster={AWAY}/v.png><audio src={AWAY}/a autoplay>",
    "{{constructor.constructor('window.__xss=1')()}}${window.__xss=1}';window.__xss=1;'",
    "<details open ontoggle=window.__xss=1><math href=javascript:window.__xss=1><a href=//away.example>x",
]
FILE_NAMES = [f"{each[:80]}&__proto__.csv".replace("/", "∕").replace("\n", " ") for each in PAYLOADS]
RULE, BATCH = "attitude/no-shirking", "2026-09-18"
OVERVIEW = "/?days=all"


def write_hostile(root: Path) -> None:
    """Sessions, agents, shops, ids, rules, file names and rows set aside that all attack."""
    batch = Batch(BATCH)
    at = datetime(2026, 9, 18, 9)
    for number, payload in enumerate(PAYLOADS):
        batch.session(
            f"{number:02d}{payload}",
            payload,
            at + timedelta(minutes=number),
            [("customer", payload, 0), ("agent", payload, 200), ("system", payload, 1)],
            shop=payload,
            broken=((RULE, 10.0, 1, payload),),
            earned=(("praise/thanked", 0, payload),),
        )
    turns = [turn for payload in PAYLOADS for turn in (("customer", payload, 5), ("agent", payload, 200))]
    everything = tuple((RULE, 10.0, 2 * place + 1, payload) for place, payload in enumerate(PAYLOADS))
    batch.session("all", PAYLOADS[0], at, turns, broken=everything)
    batch.publish(root)
    rules = {
        rule: written
        | {"title": " ".join(PAYLOADS[place:] + PAYLOADS[:place]), "why": PAYLOADS[6], "advice": PAYLOADS[7]}
        for place, (rule, written) in enumerate(RULES.items())
    }
    (root / "rulebooks").mkdir()
    snapshot = json.dumps({"rulebook": {"name": PAYLOADS[0]}, "rules": rules, "lists": {}})
    (root / "rulebooks" / f"{FINGERPRINT}.json").write_text(snapshot, encoding="utf-8")
    rows = "\n".join(f"s1,{json.dumps(each)[1:-1].replace(',', '，')},昨天,x" for each in PAYLOADS if "\n" not in each)
    exports = [root.parent / f"{number:02d}{name}" for number, name in enumerate(FILE_NAMES)]
    for export in exports:
        export.write_text(f"会话ID,角色,时间,内容\ns1,顾客,2026-09-18 09:00:00,在吗\n{rows}\n", encoding="utf-8")
    run(exports, root, load(), Options(max_bad_ratio=1, together=FILE_NAMES[0]))


def fill_desk(root: Path, desk: Desk) -> None:
    """Comments, rulings, appeals, names, notes and rules that all attack."""
    archive = Archive(root)
    archive.refresh()
    for number, payload in enumerate(PAYLOADS):
        key = SessionKey(BATCH, f"{number:02d}{payload}")
        result, case = cases(desk, archive, [key])[key]
        fault = next(each.finding for each in case.open if each.finding.fine)
        if number % 2:
            decide(desk, result, fault, Ruling.CONFIRMED, payload, seen=0, why=payload)
        else:
            file_appeal(desk, result, fault, payload, payload, payload)
        comment(desk, SessionKey(BATCH, "all"), payload, payload)
        add_account(desk, payload[:100], Role.AGENT, agent_id=payload, by=payload)
        record(desk, payload, Action.EXPORTED, key, what=payload)
    key = SessionKey(BATCH, "all")  # one agent with every payload in his own appeals, their answers and a draft
    result, case = cases(desk, archive, [key])[key]
    for number, (each, payload) in enumerate(zip(case.findings, PAYLOADS, strict=True)):
        filed = file_appeal(desk, result, each.finding, payload, "agent", PAYLOADS[0])
        if number % 2:
            state = AppealState.UPHELD if number % 4 == 1 else AppealState.REJECTED
            decide_appeal(desk, filed.id, state, payload, payload)
    add_account(desk, "agent", Role.AGENT, agent_id=PAYLOADS[0], password=PASSWORD, by="测试")
    own = texts(lexicons())
    rule = own["rules/attitude/calm.yaml"].splitlines()
    title = "title: " + json.dumps(" ".join(PAYLOADS), ensure_ascii=False)
    changed = {
        "rules/attitude/calm.yaml": "\n".join(title if line.startswith("title:") else line for line in rule) + "\n",
        "phrases/apology.txt": f"# {PAYLOADS[6]} {PAYLOADS[0]}\n".replace("\n\n", " ") + own["phrases/apology.txt"],
    }
    changed["phrases/apology.txt"] = "# " + PAYLOADS[0] + "\n" + own["phrases/apology.txt"]
    publish(desk, own | changed, hashlib.sha256(b"x").hexdigest(), by=PAYLOADS[6], note_=PAYLOADS[0], seen=0)
    archive.close()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile") / "archive"
    root.mkdir()
    write_hostile(root)
    desk = Desk(f"sqlite:///{root / 'desk.sqlite'}")
    fill_desk(root, desk)
    desk.close()
    return root


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[str]:
    with serving({ARCHIVE_VARIABLE: str(root), DESK_VARIABLE: str(root / "desk.sqlite")}) as address:
        yield address


WATCH = """
window.__violations = []
document.addEventListener("securitypolicyviolation", (event) => {
  if (event.blockedURI !== "wasm-eval") window.__violations.push(event.blockedURI) // a library tries, and does without
})
"""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1440, "height": 960}, locale="zh-CN")
    made.set_default_timeout(SLOW)
    made.add_init_script(WATCH)
    expect.set_options(timeout=SLOW)
    yield made
    made.close()


def settled(page: Page) -> None:
    """Wait until the page is drawn and Streamlit has nothing more to do."""
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator("[data-test-script-state=notRunning]").first).to_be_attached()


VISITS = {
    "overview": OVERVIEW,
    "list": "/sessions?days=all",
    "search": f"/sessions?days=all&q={quote(PAYLOADS[0])}&agent={quote(PAYLOADS[6])}&rule={quote(PAYLOADS[1])}",
    "session": f"/session?batch={BATCH}&id=all&days=all",
    "review": "/review?days=all",
    "appeals": "/appeals",
    "ledger": "/ledger",
    "rules": "/rules?rule=attitude/calm",
    "lists": "/rules?view=lists&list=apology",
    "editions": "/rules?view=editions",
    "batches": "/batches",
    "quality": "/quality",
    "exports": "/exports?days=all",
    "accounts": "/accounts",
}
"""Every page that shows what people wrote, to a supervisor or operator."""

OWN_VISITS = {
    "my-overview": "/?days=all",
    "my-sessions": "/my-sessions?days=all",
    "my-search": f"/my-sessions?days=all&q={quote(PAYLOADS[0])}&rule={quote(PAYLOADS[1])}",
    "session": VISITS["session"],
    "my-appeals": "/my-appeals",
    "self-check": "/self-check",
}
"""The pages of an agent."""


@pytest.mark.long
def test_nothing_that_people_wrote_runs_or_fetches_anything_on_any_page(context: BrowserContext, server: str) -> None:
    walk(context.new_page(), server, VISITS)


@pytest.mark.long
def test_nothing_runs_or_fetches_anything_on_an_agents_own_pages(context: BrowserContext, root: Path) -> None:
    told = {ARCHIVE_VARIABLE: str(root), DESK_VARIABLE: str(root / "desk.sqlite"), AUTH_VARIABLE: "local"}
    with serving(told) as server:
        page = context.new_page()
        page.goto(server)
        page.get_by_label("账号").fill("agent")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.locator("h1")).to_have_text("我的概览")
        walk(page, server, OWN_VISITS)


def walk(page: Page, server: str, visits: dict[str, str]) -> None:
    """Look at every page, do what shows more, and see that nothing ran, was tried, or was asked from elsewhere."""
    assert len(PAYLOADS) >= 12
    elsewhere, dialogs = list[str](), list[str]()
    page.on("request", lambda asked: elsewhere.append(asked.url) if not _own(asked.url, server) else None)
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for name, path in visits.items():
        page.goto(server + path)
        settled(page)
        if name == "quality":
            page.locator("tr[data-row='0']").last.click()
            expect(page.get_by_text("第 3 行")).to_be_visible()
        if name == "my-appeals":
            expect(page.get_by_text("的答复")).to_have_count(len(PAYLOADS) // 2)
            assert all(page.get_by_text(each, exact=False).count() for each in PAYLOADS if "\n" not in each)
        if name == "self-check":
            said = "\n".join(f"客服 09:00:00 {payload.splitlines()[0]}" for payload in PAYLOADS)
            page.locator("textarea").fill(f"顾客 09:00:00 在吗\n{said}\n客服 09:00:10 滚，{PAYLOADS[0]} 别烦我")
            page.get_by_role("button", name="检查").click()
            expect(page.get_by_text("得分", exact=True)).to_be_visible()
            settled(page)
        if name == "accounts":
            page.get_by_role("tab", name="审计日志").click()
        expect(page.get_by_text("encountered an error")).to_have_count(0)
        assert page.evaluate("window.__xss") is None, name
        assert page.evaluate("window.__violations") == [], name  # not even stopped by the policy: never tried
        assert len(page.frames) == 1, name
    assert (elsewhere, dialogs) == ([], [])


def test_every_payload_is_read_as_the_text_it_is(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    page.goto(server + VISITS["session"])
    expect(page.locator(".bubble")).to_have_count(2 * len(PAYLOADS))
    said = page.locator(".bubble").evaluate_all("bubbles => bubbles.map((bubble) => bubble.textContent)")
    assert said == [payload for payload in PAYLOADS for _ in range(2)]
    for payload in PAYLOADS:
        assert page.get_by_text(payload.splitlines()[0], exact=False).count() >= 2


def test_the_policy_stops_what_would_get_through(context: BrowserContext, server: str) -> None:
    """Were our own code careless one day, this is what remains."""
    page = context.new_page()
    reached = list[str]()
    page.on("response", lambda response: reached.append(response.url) if AWAY in response.url else None)
    page.goto(server + OVERVIEW)
    settled(page)
    page.evaluate(
        """([away, html]) => {
            const box = document.createElement("div")
            box.innerHTML = html
            document.body.append(box, Object.assign(document.createElement("script"), {text: "window.__xss = 1"}))
            fetch(away + "/data").catch(() => {})
        }""",
        [AWAY, "".join(each for each in PAYLOADS if "http-equiv" not in each)],  # no policy stops leaving the page
    )
    page.wait_for_function("away => window.__violations.some((each) => each.startsWith(away + '/data'))", arg=AWAY)
    page.wait_for_function("window.__violations.includes('inline')")
    assert page.evaluate("window.__xss") is None
    assert reached == []


def test_every_answer_carries_the_headers(server: str) -> None:
    for path in ("/", "/sessions", "/_stcore/health", "/static/no-such-file", "/favicon.png"):
        try:
            headers = urllib.request.urlopen(server + path, timeout=30).headers
        except urllib.error.HTTPError as refused:
            headers = refused.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy, path
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]


def _own(url: str, server: str) -> bool:
    return url.startswith((server + "/", "data:", "blob:"))
