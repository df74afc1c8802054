"""How the dashboard may be set up: what would leave the door open, or locked for good, is refused in words."""

import pytest

from qa_checker.dashboard.environment import (
    APPEAL_DAYS_VARIABLE,
    AUTH_VARIABLE,
    OIDC_VARIABLES,
    SettingsWrong,
    check,
)


@pytest.fixture(autouse=True)
def nothing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (AUTH_VARIABLE, APPEAL_DAYS_VARIABLE, *OIDC_VARIABLES.values()):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.com", ""])
def test_without_sign_in_others_must_not_reach_it(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    check("127.0.0.1")
    with pytest.raises(SettingsWrong, match="没有登录就不能监听"):
        check(host)
    monkeypatch.setenv(AUTH_VARIABLE, "local")
    check(host)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({AUTH_VARIABLE: "password"}, "QA_AUTH=password 看不懂"),
        ({AUTH_VARIABLE: "oidc", "QA_OIDC_CLIENT_ID": "x"}, "QA_OIDC_METADATA_URL、QA_OIDC_CLIENT_SECRET"),
        ({APPEAL_DAYS_VARIABLE: "三"}, "QA_APPEAL_DAYS=三 看不懂"),
        ({APPEAL_DAYS_VARIABLE: "0"}, "QA_APPEAL_DAYS=0 看不懂"),
    ],
)
def test_settings_that_make_no_sense_are_named(
    told: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in told.items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsWrong, match=words):
        check("127.0.0.1")
