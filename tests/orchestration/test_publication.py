import pytest

from orchestration.publication import Check, PublicationStoppedError, judge

PASSED = Check("marts.a", "keys", "dbt", "ERROR", True, None)
FAILED = Check("marts.b", "ratios", "great_expectations", "ERROR", False, "0.001")
WARNED = Check("marts.c", "anchors", "great_expectations", "WARN", False, None)

pytestmark = pytest.mark.integration


def test_passed_checks_and_warnings_let_a_version_through():
    judge([PASSED, WARNED], planned=2)


def test_a_failed_error_stops_it_by_name():
    with pytest.raises(PublicationStoppedError, match=r"1 checks failed \(marts.b: ra"):
        judge([PASSED, FAILED], planned=2)


def test_a_check_that_never_ran_stops_it():
    with pytest.raises(PublicationStoppedError, match="only 1 of 2 checks ran"):
        judge([PASSED], planned=2)
