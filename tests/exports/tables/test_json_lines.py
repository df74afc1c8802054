"""JSON lines, arrays and nested sessions; and that both ways of reading agree."""

import json
from pathlib import Path

import hypothesis.strategies as st
import pytest
from conftest import as_json_lines, json_message, rejected, texts
from hypothesis import HealthCheck, given, settings

from qa_checker.exports import Refused, read
from qa_checker.exports.tables import blocks, json_lines


def test_clean_lines_become_messages(reading):
    export = reading(as_json_lines([json_message(0, seq=0, extra={"a": [1]}), json_message(1, role="user")]), "a.jsonl")
    first, second = export.messages.to_pylist()
    assert (first["role"], second["role"]) == ("agent", "customer")
    assert str(first["sent_at"]) == "2026-08-26 11:00:00"
    assert export.files[0].layout == "jsonl"


def test_json_is_recognised_whatever_the_file_is_called(reading):
    assert texts(reading(as_json_lines([json_message(0)]), "chats.txt")) == ["您好"]


def test_a_null_time_is_unknown_but_a_missing_one_is_an_error(reading):
    without = json_message(2)
    del without["ts"]
    export = reading(as_json_lines([json_message(0), json_message(1, ts=None), without]), "a.jsonl")
    assert export.messages["sent_at"].null_count == 1
    assert rejected(export) == [(3, "missing_field")]
    assert "时间" in export.rejects[0].detail


def test_times_may_all_be_missing_where_they_are_not_required(reading):
    without = [{key: value for key, value in json_message(at).items() if key != "ts"} for at in range(2)]
    assert reading(as_json_lines(without), "a.jsonl", require_time=False).messages["sent_at"].null_count == 2
    with pytest.raises(Refused, match="sent_at"):
        reading(as_json_lines(without), "a.jsonl")


@pytest.mark.parametrize("epoch", [1787713200, 1787713200000, 1787713200000000, "1787713200"])
def test_epochs_are_times_in_shanghai(reading, epoch):
    export = reading(as_json_lines([json_message(0, ts=epoch)]), "a.jsonl")
    assert str(export.messages["sent_at"][0]) == "2026-08-26 11:00:00"


@pytest.mark.parametrize(
    "broken",
    [
        '{"session_id": "S1", "text": "没有写完',
        "不是 JSON",
        "[1, 2]",
        '"您好"',
        '{"text": {"content": "您好"}}',
        "{" * 5000,
    ],
)
def test_broken_lines_cost_only_themselves(reading, broken):
    lines = as_json_lines([json_message(0), json_message(1)]).splitlines()
    export = reading("\n".join([lines[0], broken, "", lines[1]]), "a.jsonl")
    assert rejected(export) == [(2, "bad_json")]
    assert export.rejects[0].raw == broken.encode()
    assert len(texts(export)) == 2


def test_two_objects_in_one_line_are_a_broken_line(reading):
    line = json.dumps(json_message(0))
    export = reading(f"{line}{line}\n{json.dumps(json_message(1))}\n", "a.jsonl")
    assert rejected(export) == [(1, "bad_json")]


def test_missing_keys(reading):
    lacking = [
        {key: value for key, value in json_message(at).items() if key != name}
        for at, name in enumerate(("session_id", "role", "text"), 1)
    ]
    export = reading(as_json_lines([json_message(0), *lacking]), "a.jsonl")
    assert rejected(export) == [(2, "missing_field"), (3, "missing_field"), (4, "missing_field")]
    assert [word in reject.detail for word, reject in zip(("会话", "角色", "内容"), export.rejects, strict=True)] == [
        True
    ] * 3


def test_half_a_surrogate_pair_does_no_harm(reading):
    export = reading('{"session_id": "S1", "role": "agent", "ts": 1787713200, "text": "好\\ud83d的"}\n', "a.jsonl")
    assert texts(export)[0][0] == "好"


def test_numbers_as_ids(reading):
    export = reading(as_json_lines([json_message(0, session_id=123456789012345678901)]), "a.jsonl")
    assert export.messages["session_id"].to_pylist() == ["123456789012345678901"]
    rounded = reading(as_json_lines([json_message(0, session_id=1.23457e18)]), "a.jsonl")
    assert rejected(rounded) == [(1, "id_rounded")]


def test_keys_may_change_from_line_to_line(reading):
    other = {"会话ID": "S2", "角色": "客服", "时间": "2026-08-26 12:00:00", "内容": "在的"}
    export = reading(as_json_lines([json_message(0), other]), "a.jsonl")
    assert export.messages["session_id"].to_pylist() == ["S1", "S2"]


def test_two_keys_for_one_column_need_a_decision(reading):
    content = as_json_lines([json_message(0, content="您好")])
    with pytest.raises(Refused, match="--columns text=") as refused:
        reading(content, "a.jsonl")
    assert refused.value.reason == "duplicate_columns"
    assert texts(reading(content, "a.jsonl", columns={"text": "content"})) == ["您好"]


def nested(number: int, *said: str) -> dict[str, object]:
    messages = [{"role": "agent", "text": text, "time": f"2026-08-26 11:00:{at:02}"} for at, text in enumerate(said)]
    return {"session_id": f"S{number}", "shop": "加普威", "created_at": "2026-08-26 10:00:00", "messages": messages}


def test_sessions_with_their_messages_inside(reading):
    export = reading(as_json_lines([nested(1, "您好", "在的"), nested(2, "", "好的")]), "a.jsonl")
    assert export.messages["session_id"].to_pylist() == ["S1", "S1", "S2"]
    assert set(export.messages["shop"].to_pylist()) == {"加普威"}
    assert rejected(export) == [(2, "missing_field")]
    assert json.loads(export.rejects[0].raw)["session_id"] == "S2"
    assert export.messages["sent_at"][0].as_py().hour == 11


def test_messages_that_are_no_objects_and_sessions_without_any(reading):
    sessions = [nested(1, "您好"), {"session_id": "S2", "messages": []}, {"session_id": "S3", "messages": ["您好"]}]
    export = reading(as_json_lines(sessions), "a.jsonl")
    assert rejected(export) == [(2, "missing_field"), (3, "bad_json")]


def test_undecodable_bytes_in_a_session_reject_its_line(reading):
    content = as_json_lines([nested(1, "您好"), nested(2, "坏", "好"), nested(3, "您好")]).encode()
    export = reading(content.replace("坏".encode(), b"\xe5\x9d"), "a.jsonl")
    assert rejected(export) == [(2, "bad_encoding")]
    assert b'\xe5\x9d"' in export.rejects[0].raw


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_of_messages(reading, indent):
    content = json.dumps(
        [json_message(0), json_message(1, role="路人"), json_message(2)], ensure_ascii=False, indent=indent
    )
    export = reading(content, "a.json")
    assert len(texts(export)) == 2
    assert rejected(export) == [(9 if indent else 1, "bad_role")]
    assert export.files[0].layout == "json"


def test_a_document_over_several_lines(reading):
    assert texts(reading(json.dumps(nested(1, "您好", "在的"), indent=2, ensure_ascii=False), "a.json")) == [
        "您好",
        "在的",
    ]


def test_an_array_that_was_cut_off_is_refused(reading):
    with pytest.raises(Refused, match=r"第 9 行.*没有写完") as refused:
        reading(json.dumps([json_message(0), json_message(1)], indent=1)[:-20], "a.json")
    assert refused.value.reason == "not_a_table"
    assert refused.value.row == 9


VALUES = st.one_of(
    st.text(alphabet='a"\\n{} 好', max_size=4), st.integers(-5, 10**12), st.booleans(), st.none(), st.floats(0, 1e18)
)
NAMES = st.sampled_from(["session_id", "role", "ts", "text", "message_id", "is_auto", "other"])
LINES = st.one_of(
    st.dictionaries(NAMES, VALUES, max_size=5).map(
        lambda other: json.dumps(json_message(0) | other, ensure_ascii=False)
    ),
    st.dictionaries(NAMES, VALUES, max_size=5).map(json.dumps),
    st.sampled_from(["", " ", "{", "[]", "null", ' {"role": "agent"}', '{"role": "agent"} ', '{"a":1}{"a":2}', "\r"]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES, max_size=8))
def test_both_ways_of_reading_agree(tmp_path: Path, monkeypatch, lines):
    path = tmp_path / "chats.jsonl"
    path.write_text("\n".join([json.dumps(json_message(0)), *lines]))
    monkeypatch.setattr(blocks, "SMALL", 100)
    fast = read([path])
    with monkeypatch.context() as patch:
        patch.setattr(json_lines._Lines, "clean", lambda *_: None)
        slow = read([path])
    assert fast.messages.equals(slow.messages)
    assert fast.rejects == slow.rejects
    assert fast.duplicates == slow.duplicates
