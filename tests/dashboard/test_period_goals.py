"""What the dashboard holds a period against: the newest rulebook that can be read."""

import json
from pathlib import Path

from qa_checker.dashboard.period_goals import Goals, goals


def test_the_newest_rulebook_says_whose_rates_count_and_what_to_reach(tmp_path: Path) -> None:
    (tmp_path / "rulebooks").mkdir()
    base = {"name": "手册", "dimensions": {"speed": 100}, "use": ["*"]}
    targets = {"satisfaction": {"at_least": "90%"}, "first_contact_resolution": {"at_least": "80%", "within": "48h"}}
    for name, settings in (("old", {}), ("new", {"platform_metrics": "jd", "targets": targets})):
        snapshot = {"rulebook": base | settings, "rules": {}, "lists": {}}
        (tmp_path / "rulebooks" / f"{name}.json").write_text(json.dumps(snapshot), "utf-8")
    found = goals(tmp_path, ["old", "new", "lost"])
    assert found.platform == "jd"
    assert [rate.key for rate in found.rates] == ["quick_first_rate", "timely_round_rate"]
    assert found.targets == {"satisfied": 0.9, "solved_at_once_48h": 0.8}


def test_without_a_readable_rulebook_the_rates_are_taobaos(tmp_path: Path) -> None:
    assert goals(tmp_path, ["lost"]) == Goals()
