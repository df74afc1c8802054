"""What all tests share: with QA_REQUIRE_ALL=1, as in CI, a test that would be skipped fails instead."""

import os
from collections.abc import Generator
from typing import TypeVar

import pytest

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _no_excuse((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _no_excuse((yield))


def _no_excuse(report: Report) -> Report:
    expected_failure = hasattr(report, "wasxfail")  # reported as skipped, too
    if os.environ.get("QA_REQUIRE_ALL") == "1" and report.skipped and not expected_failure:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason} (QA_REQUIRE_ALL=1 lets no test be skipped)"
    return report
