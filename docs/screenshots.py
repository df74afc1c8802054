"""Takes the README's pictures: the demo archive with a few decisions, served and looked at with Chromium.

python docs/screenshots.py        # writes docs/pictures/*.png
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from qa_checker.archive.listing import Order, session_page
from qa_checker.archive.query import Archive, SessionKey
from qa_checker.archive.selection import EVERYTHING, Filter, Outcome
from qa_checker.cli.scoring import demo
from qa_checker.dashboard.environment import ARCHIVE_VARIABLE, DESK_VARIABLE
from qa_checker.desk.appeals import file_appeal
from qa_checker.desk.cases import cases
from qa_checker.desk.database import Desk, desk_url
from qa_checker.desk.reviews import Ruling, decide
from tests.dashboard.conftest import CHROMIUM, QUIET
from tests.dashboard.serving import serving

PICTURES = Path(__file__).parent / "pictures"
PAGES = {
    "overview": "/?days=all",
    "review": "/review?days=all&outcome=failed&sort=score",
    "sessions": "/sessions?days=all&sort=score",
    "rules": "/rules?rule=process/verify-address",
    "ledger": "/ledger",
    "batches": "/batches",
}
DARK = {"review"}
HEIGHTS = {"overview": 1320}  # its charts begin below the cards


def decided(root: Path) -> None:
    """What a supervisor might have done on a morning: most of it confirmed, some overturned, two appealed."""
    desk, archive = Desk(desk_url(root)), Archive(root)
    archive.refresh()
    worst = session_page(archive, EVERYTHING, Filter(outcome=Outcome.DEDUCTED), Order("fine", True), page=1, size=24)
    keys = [SessionKey(*row) for row in worst[["batch", "session_id"]].itertuples(index=False)]
    for number, (result, case) in enumerate(cases(desk, archive, keys[4:]).values()):
        for each in case.open:
            ruling = Ruling.OVERTURNED if number % 7 == 3 else Ruling.CONFIRMED
            decide(desk, result, each.finding, ruling, "张班长", seen=each.number)
    for result, case in cases(desk, archive, keys[:2]).values():
        finding = case.open[0].finding
        agent = finding.agent_id or ""
        file_appeal(desk, result, finding, "顾客先说了不用核对，记录里有。", agent, agent)
    archive.close()
    desk.close()


def take(page: Page, address: str, picture: Path) -> None:
    """One page, once it is drawn."""
    page.goto(address)
    expect(page.locator("h1").first).to_be_visible(timeout=60_000)
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-test-script-state=notRunning]").first).to_be_attached(timeout=60_000)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=60_000)
    page.wait_for_timeout(1500)  # charts fade in
    page.screenshot(path=picture)


def main() -> None:
    """Take all pictures."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as temporary, sync_playwright() as playwright:
        root = Path(temporary) / "qa-archive"
        demo(root)
        decided(root)
        with serving({ARCHIVE_VARIABLE: str(root), DESK_VARIABLE: str(root / "desk.sqlite")}) as server:
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            for name, path in PAGES.items():
                context = chromium.new_context(
                    viewport={"width": 1440, "height": HEIGHTS.get(name, 900)},
                    locale="zh-CN",
                    color_scheme="dark" if name in DARK else "light",
                )
                take(context.new_page(), server + path, PICTURES / f"{name}.png")
                context.close()
            chromium.close()
    for picture in PICTURES.glob("*.png"):
        Image.open(picture).convert("RGB").quantize(96).save(picture, optimize=True)


if __name__ == "__main__":
    main()
