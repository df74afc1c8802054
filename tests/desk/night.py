"""A real night to decide about: invented conversations, scored by a small rulebook of their own and published."""

from pathlib import Path

from qa_checker.archive.query import Archive, SessionKey
from qa_checker.nightly.night import run
from qa_checker.rulebook import load

CHATS = """session_id,message_id,role,agent_id,customer_id,sent_at,text
S1,1,customer,,c1,2026-09-17 09:00:00,在吗
S1,2,agent,王明,c1,2026-09-17 09:00:10,不归我管
S1,3,customer,,c1,2026-09-17 09:01:00,那找谁
S1,4,agent,王明,c1,2026-09-17 09:01:10,不归我管，去问别人
S1,5,agent,王明,c1,2026-09-17 09:01:20,都说了不归我管
S2,6,customer,,c2,2026-09-17 10:00:00,服务真好
S2,7,agent,李婷,c2,2026-09-17 10:00:10,加我微信
S3,8,customer,,c3,2026-09-17 11:00:00,在吗
S3,9,agent,王明,c3,2026-09-17 11:00:10,在的
"""
RULES = {
    "attitude/shirking": "must_not_say: 不归我管\nin: anywhere\ncosts: 10\nup_to: 20\nfine: 5",
    "process/closing": "must_say: 再见\nin: anywhere\ncosts: 3\nfine: 2",
    "compliance/wechat": "must_not_say: 加我微信\nin: anywhere\ncosts: all\nfine: 50",
    "praise/thanked": "when: {customer_says: 服务真好}\nearns: 4\nreward: 8",
    "attitude/rude": "must_not_say: 滚开\nin: anywhere\ncosts: 6",
    "attitude/warm": "reviewer_asks: 热情吗？\ncosts: 5",
}
WORDS = "title: {name}\nwhy: w\nadvice: a\nsource: s\n{rule}\nexamples: {{skips: ['顾客 在吗']}}\n"


def publish_night(root: Path, **changed: str) -> Archive:
    """Score and publish; `changed` are rules by name that read otherwise (''): gone) in this rulebook."""
    lexicons = root / "lexicons"
    for folder in ("phrases", "rulebooks"):
        (lexicons / folder).mkdir(parents=True, exist_ok=True)
    for rule_id, written in RULES.items():
        path = lexicons / "rules" / f"{rule_id}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        name = path.stem
        path.write_text(WORDS.format(name=name, rule=changed.get(name, written)), encoding="utf-8")
    book = lexicons / "rulebooks" / "small.yaml"
    book.write_text("name: 小手册\nbonus_cap: 3\ndimensions: {attitude: 50, process: 50}\nuse: ['*']\n", "utf-8")
    chats = root / "night.csv"
    chats.write_text(CHATS, "utf-8")
    run([chats], root / "archive", load(book))
    archive = Archive(root / "archive")
    archive.refresh()
    return archive


def key(session_id: str) -> SessionKey:
    """A session of the night."""
    return SessionKey("night", session_id)
