"""JSON as customer-service platforms export it: one module a platform, all read by `documents`."""

from qa_checker.exports.platforms.chatwoot import CHATWOOT
from qa_checker.exports.platforms.douyin import DOUYIN
from qa_checker.exports.platforms.intercom import INTERCOM
from qa_checker.exports.platforms.jd import JD
from qa_checker.exports.platforms.meiqia import MEIQIA
from qa_checker.exports.platforms.pinduoduo import PINDUODUO
from qa_checker.exports.platforms.platform import Platform
from qa_checker.exports.platforms.qiyu import QIYU
from qa_checker.exports.platforms.wecom import WECOM
from qa_checker.exports.platforms.zendesk import ZENDESK, ZENDESK_EVENTS

PLATFORMS: tuple[Platform, ...] = (
    JD,
    PINDUODUO,
    DOUYIN,
    WECOM,
    MEIQIA,
    QIYU,
    ZENDESK,
    ZENDESK_EVENTS,
    INTERCOM,
    CHATWOOT,
)
"""In the order they are tried; no message is of two of them."""
