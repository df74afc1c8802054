"""What ratings say: the platforms' words, stars and figures."""

import pytest

from qa_checker.ratings import DISSATISFIED, NEITHER, SATISFIED, satisfaction


@pytest.mark.parametrize(
    ("written", "meaning"),
    [
        ("非常满意", SATISFIED),
        ("满意", SATISFIED),
        ("好评", SATISFIED),
        ("5", SATISFIED),
        ("4.0", SATISFIED),
        ("５星", SATISFIED),
        ("★★★★☆", SATISFIED),
        ("一般", NEITHER),
        ("中评", NEITHER),
        ("3", DISSATISFIED),  # 评分≤3
        ("1分", DISSATISFIED),
        ("★★★", DISSATISFIED),
        ("不满意", DISSATISFIED),
        ("非常不满意", DISSATISFIED),
        (" 差 ", DISSATISFIED),
        ("", None),
        (None, None),
        ("8", None),  # of ten, of a hundred? nobody knows
        ("0", None),
        ("满意度调查", None),
    ],
)
def test_a_rating_is_read_as_the_platforms_mean_it(written: str | None, meaning: int | None) -> None:
    assert satisfaction(written) == meaning
