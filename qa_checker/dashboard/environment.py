"""What the server was told when it was started: which archive, which desk database, how people come in."""

import ipaddress
import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from qa_checker.desk.appeals import DAYS
from qa_checker.desk.database import desk_url

ARCHIVE_VARIABLE = "QA_ARCHIVE"
"""The environment variable that tells the server which archive to show."""

DESK_VARIABLE = "QA_DESK"
"""The URL of the desk database, or the path of its SQLite file; without it, a file in the archive."""

AUTH_VARIABLE = "QA_AUTH"
"""How people come in: `none`, `local` or `oidc`."""

APPEAL_DAYS_VARIABLE = "QA_APPEAL_DAYS"
"""Working days for an appeal."""

OIDC_VARIABLES = {
    "server_metadata_url": "QA_OIDC_METADATA_URL",
    "client_id": "QA_OIDC_CLIENT_ID",
    "client_secret": "QA_OIDC_CLIENT_SECRET",
    "redirect_uri": "QA_OIDC_REDIRECT_URI",
    "cookie_secret": "QA_COOKIE_SECRET",
}
"""What Streamlit's `st.login` needs, and the variables that say it."""

OIDC_CLAIM_VARIABLE = "QA_OIDC_CLAIM"
"""The claim that names the account; `email` where nothing is said."""

DEFAULT_ARCHIVE = Path("qa-archive")


class Auth(StrEnum):
    """How people come in."""

    NONE = "none"
    LOCAL = "local"
    OIDC = "oidc"


class SettingsWrong(Exception):
    """The dashboard can't be started like this; the message says why and what helps, in Chinese."""


def archive_folder() -> Path:
    """The archive named when the dashboard was started."""
    return Path(os.environ.get(ARCHIVE_VARIABLE) or DEFAULT_ARCHIVE)


def desk_address() -> str:
    """The URL of the desk database."""
    return desk_url(archive_folder(), os.environ.get(DESK_VARIABLE))


def auth() -> Auth:
    """How people come in. Raises SettingsWrong."""
    told = os.environ.get(AUTH_VARIABLE) or Auth.NONE
    if told not in set(Auth):
        raise SettingsWrong(
            f"{AUTH_VARIABLE}={told} 看不懂，请写 local（本系统账号）、oidc（单点登录）或 none（不登录）。"
        )
    return Auth(told)


def appeal_days() -> int:
    """Working days for an appeal. Raises SettingsWrong."""
    told = os.environ.get(APPEAL_DAYS_VARIABLE) or str(DAYS)
    if not told.isdecimal() or not 1 <= int(told) <= 60:
        raise SettingsWrong(f"{APPEAL_DAYS_VARIABLE}={told} 看不懂，请写 1 到 60 之间的天数。")
    return int(told)


def oidc_claim() -> str:
    """The claim of the identity provider that is the name of an account here."""
    return os.environ.get(OIDC_CLAIM_VARIABLE) or "email"


def oidc_secrets() -> Mapping[str, str]:
    """What Streamlit needs for signing in through OIDC. Raises SettingsWrong, naming what is missing."""
    missing = [variable for variable in OIDC_VARIABLES.values() if not os.environ.get(variable)]
    if missing:
        raise SettingsWrong(f"{AUTH_VARIABLE}=oidc 还缺这些环境变量：{'、'.join(missing)}。")
    return {name: os.environ[variable] for name, variable in OIDC_VARIABLES.items()}


def check(host: str) -> None:
    """Raise SettingsWrong unless the dashboard may listen on this address as it was set up."""
    way = auth()
    appeal_days()
    if way is Auth.OIDC:
        oidc_secrets()
    if way is Auth.NONE and not is_loopback(host):
        raise SettingsWrong(
            f"没有登录就不能监听 {host}：别人会看到全部聊天记录。请去掉 --host，只在本机打开；"
            f"或者设置 {AUTH_VARIABLE}=local（用 qa-checker accounts add 建账号）或 {AUTH_VARIABLE}=oidc。"
        )


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
