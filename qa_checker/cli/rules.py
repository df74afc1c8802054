"""`rules list | show | test`: the rulebook as people read it, and its examples as tests."""

from pathlib import Path

import typer

from ..examples import run
from ..insight.handbook import price
from ..rulebook import Rulebook, lexicons, load, load_rules
from ..settings import DIMENSIONS
from .asking import in_plain_chinese, lexicon_folder, rulebook_named, stop, warn
from .exit_codes import WRONG
from .saying import harmless, shown
from .tables import console, table


def show_all(rulebook: str, archive: Path | None) -> None:
    """Every rule of a rulebook, by dimension."""
    book = rulebook_named(rulebook, archive)
    rows = [(rule.id, DIMENSIONS[rule.dimension], rule.title, price(rule)) for rule in book.rules]
    title = f"{book.name}：{len(book.rules)} 条规则"
    console().print(table(("规则", "维度", "标题", "代价"), rows, whole=("规则", "维度"), title=title))
    typer.echo(f"规则和词表在 {lexicon_folder(book)}")


def show(rule_id: str, rulebook: str, archive: Path | None) -> None:
    """One rule with its reasons and examples."""
    book = rulebook_named(rulebook, archive)
    rule = book.rule(rule_id)
    if rule is None:
        near = [each.id for each in book.rules if rule_id.rpartition("/")[2] in each.id]
        stop(
            f"{book.name}里没有规则 {rule_id}"
            + (f"，是不是 {'、'.join(near)}？" if near else "；用 qa-checker rules list 查看全部")
        )
    terminal = console()
    terminal.print(f"[bold]{shown(rule.title)}[/bold]  {rule.id}  {price(rule)}")
    for heading, text in (("为什么", rule.why), ("可以这样说", rule.advice), ("出处", rule.source)):
        terminal.print(f"{heading}：{shown(text)}")
    names = {"passes": "算对", "fails": "算错", "earns": "得奖励", "skips": "不评"}
    for outcome, example in rule.examples.each():
        terminal.print(f"\n{names[outcome]}：")
        for line in example.strip().splitlines():
            terminal.print(f"    {shown(line)}")


def test(path: Path | None, archive: Path | None) -> None:
    """Run the examples of a rule file, a rulebook or a folder, else of all in force; exit 1 when one is wrong."""
    if path and archive:
        stop("文件和 --archive 只写一个：写文件就试那个文件，写 --archive 就试看板上发布的规则。")
    with in_plain_chinese():
        path = path or lexicons(archive)
        books = _books(path)
        for book in [*books, *_rulebooks_beside(path)]:
            warn(book)
    total = wrong = 0
    for book in books:
        count, failures = run(book)
        total += count
        wrong += len(failures)
        for failure in failures:
            typer.echo(harmless(str(failure)))
    typer.echo(f"{total} 个示例，{wrong} 个不对。" if wrong else f"{total} 个示例全部正确。")
    if wrong:
        raise typer.Exit(WRONG)


def _books(path: Path) -> list[Rulebook]:
    if path.is_dir() and (path / "rules").is_dir():
        return [load_rules(path)]
    if path.is_file() and path.parent.name == "rulebooks":
        return [load(path)]
    if path.is_file() and path.suffix in (".yaml", ".yml") and path.parent.parent.name == "rules":
        return [load_rules(path.parent.parent.parent, f"{path.parent.name}/{path.stem}")]
    return stop(f"{path} 不是规则文件（rules/<维度>/<名字>.yaml）、规则手册（rulebooks/<名字>.yaml）或 lexicons 文件夹")


def _rulebooks_beside(folder: Path) -> list[Rulebook]:
    """The rulebooks of the folder whose rules are tried: loading them tells what is wrong with them."""
    return [load(file) for file in sorted((folder / "rulebooks").glob("*.yaml"))] if folder.is_dir() else []
