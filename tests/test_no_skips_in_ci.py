"""A browser that is missing in CI must not turn the browser tests into silent skips."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = {
    "a mark": "@pytest.mark.skipif(True, reason='no browser')\ndef test_it(): pass",
    "a call": "def test_it(): pytest.skip('no browser')",
    "a fixture": "@pytest.fixture\ndef page(): pytest.skip('no browser')\ndef test_it(page): pass",
    "a module": "pytest.skip('no browser', allow_module_level=True)",
}


def run_pytest(folder: Path, source: str, required: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(Path(__file__).with_name("conftest.py"), folder)
    (folder / "test_it.py").write_text(f"import pytest\ndef test_other(): pass\n{source}\n", "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)],
        env={**os.environ, "QA_REQUIRE_ALL": required, "PYTEST_ADDOPTS": ""},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("skip", SKIPS.values(), ids=SKIPS)
def test_a_skip_fails_where_everything_is_required(tmp_path: Path, skip: str) -> None:
    required = run_pytest(tmp_path, skip, "1")
    assert required.returncode != 0
    assert "no browser" in required.stdout


def test_a_skip_is_fine_elsewhere_and_an_expected_failure_everywhere(tmp_path: Path) -> None:
    assert run_pytest(tmp_path, SKIPS["a call"], "").returncode == 0
    assert run_pytest(tmp_path, "@pytest.mark.xfail\ndef test_it(): assert False", "1").returncode == 0
