"""Samples: a draw is stored once with how likely each session was, and dealt out evenly."""

from qa_checker.desk.audit import Action, entries
from qa_checker.desk.database import Desk
from qa_checker.desk.samples import assignments, deal_out, keep_sample, samples

from .night import key

KEYS = [key(f"S{number}") for number in range(5)]


def kept(desk: Desk) -> int:
    return keep_sample(desk, KEYS, seed=4711, population=40, asked="draw=5&seed=4711", by="张班长")


def test_a_draw_is_stored_once_with_how_likely_each_session_was(desk: Desk) -> None:
    assert kept(desk) == kept(desk)
    (sample,) = samples(desk)
    assert (sample.seed, sample.size, sample.population, sample.sessions) == (4711, 5, 40, tuple(KEYS))
    assert {place.probability for place in sample.places} == {0.125}
    tomorrow = keep_sample(desk, KEYS[::-1], seed=4711, population=40, asked="draw=5&seed=4711", by="张班长")
    assert tomorrow != sample.id


def test_a_sample_is_dealt_out_evenly_and_each_finds_his_own_part(desk: Desk) -> None:
    deal_out(desk, kept(desk), ["张班长", "李班长"], by="张班长")
    ((mine,), (theirs,)) = (assignments(desk, name) for name in ("张班长", "李班长"))
    assert mine.assigned_to("张班长") == (KEYS[0], KEYS[2], KEYS[4])
    assert theirs.assigned_to("李班长") == (KEYS[1], KEYS[3])
    assert assignments(desk, "王班长") == ()
    assert entries(desk, actions=[Action.ASSIGNED])[1][0].detail["to"] == ["张班长", "李班长"]
    deal_out(desk, mine.id, ["王班长"], by="张班长")
    assert assignments(desk, "张班长") == ()
    assert len(assignments(desk, "王班长")[0].assigned_to("王班长")) == 5
