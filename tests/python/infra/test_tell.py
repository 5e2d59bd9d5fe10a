"""What a mail says of a failure, and when one is written. The state machine's tests send them."""

import json
from io import BytesIO
from typing import Any

from botocore.exceptions import ClientError

from infra.tell import Mail, Teller

ENVIRONMENT = {"STACK": "dispatch", "LANDING_BUCKET": "landing", "WAREHOUSE_BUCKET": "warehouse"}


class Bucket:
    """S3, of which only two calls are made."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        if (Bucket, Key) not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": BytesIO(self.objects[Bucket, Key])}

    def put_object(self, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803
        self.objects[Bucket, Key] = Body


def tell(s3: Bucket, what: str, **state: Any) -> Mail | None:
    teller = Teller(s3, ENVIRONMENT)
    mail = teller.mail(what, "run-1", state)
    teller.remember()
    return mail


def failed(cause: str, error: str = "States.TaskFailed") -> dict[str, str]:
    return {"Error": error, "Cause": cause}


def test_the_same_failure_with_other_numbers_is_told_once() -> None:
    s3 = Bucket()
    first = tell(s3, "failure", failure=failed('{"errorMessage": "the portal counts 1,880 rows, not 2,000"}', "Error"))
    again = tell(s3, "failure", failure=failed('{"errorMessage": "the portal counts 1,883 rows, not 2,000"}', "Error"))
    other = tell(s3, "failure", failure=failed('{"errorMessage": "the portal refuses"}', "Error"))

    assert first
    assert "Error: the portal counts 1,880 rows, not 2,000" in first.text
    assert again is None
    assert other
    assert "the portal refuses" in other.text


def test_well_again_is_told_once_and_of_the_task_that_failed() -> None:
    s3 = Bucket()
    tell(s3, "failure", task="compact", failure=failed("x"))

    assert tell(s3, "well", task="build") is None
    mail = tell(s3, "well", task="compact")
    assert mail
    assert mail.subject == "dispatch: well again"
    assert tell(s3, "well", task="compact") is None


def test_a_build_of_which_dbt_said_nothing() -> None:
    mail = tell(Bucket(), "failure", failure=failed('{"Build": {"Id": "dispatch-dbt:ab-1", "BuildStatus": "FAILED"}}'))

    assert mail
    assert '"BuildStatus": "FAILED"' in mail.text
    assert "s3://warehouse/artifacts/builds/ab-1/" in mail.text


def test_a_table_is_named_only_where_the_rows_were_kept() -> None:
    s3 = Bucket()
    result = {"unique_id": "test.dispatch.t.ab", "status": "fail", "message": "Got 3 results"}
    s3.put_object("warehouse", "artifacts/builds/1/run_results.json", json.dumps({"results": [result]}).encode())
    kept = {**result, "status": "error", "relation_name": '"x"."y"."t"'}
    s3.put_object("warehouse", "artifacts/builds/1/failed_rows.json", json.dumps({"results": [kept]}).encode())

    mail = tell(s3, "failure", failure=failed('{"Build": {"Id": "dispatch-dbt:1"}}'))

    assert mail
    assert "The test t failed: Got 3 results\n" in mail.text
    assert "The rows are in" not in mail.text


def test_more_tests_than_a_mail_names() -> None:
    s3 = Bucket()
    results = [
        {"unique_id": f"test.dispatch.t{number:02}.ab", "status": "fail", "message": "Got 3 results"}
        for number in range(12)
    ]
    s3.put_object("warehouse", "artifacts/builds/1/run_results.json", json.dumps({"results": results}).encode())

    mail = tell(s3, "failure", failure=failed('{"Build": {"Id": "dispatch-dbt:1"}}'))

    assert mail
    assert mail.text.count("The test t") == 10
    assert "and 2 more" in mail.text


def test_a_cause_may_be_missing_and_the_memory_damaged() -> None:
    s3 = Bucket()
    s3.put_object("landing", "state/told.json", b"[")

    mail = tell(s3, "failure", failure={"Error": "States.Timeout"})

    assert mail
    assert "States.Timeout: " in mail.text


def test_a_warning_is_told_once_until_it_is_gone() -> None:
    s3 = Bucket()
    told = [tell(s3, "warning", warning="2 rows"), tell(s3, "warning", warning="2 rows")]
    tell(s3, "well", warning="", task="build")

    assert [mail and mail.text for mail in [*told, tell(s3, "warning", warning="2 rows")]] == ["2 rows", None, "2 rows"]
