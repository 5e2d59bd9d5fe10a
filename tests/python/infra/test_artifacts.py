"""What is kept of a build, for whoever looks and for the mail about a failure."""

from pathlib import Path

import pytest

from infra.artifacts import keep

ENVIRONMENT = {
    "TASK": "build",
    "CODEBUILD_BUILD_ID": "dispatch-dbt:ab-1",
    "CODEBUILD_BUILD_SUCCEEDING": "1",
    "DISPATCH_ATHENA_RESULTS": "s3://warehouse/results/",
}
OF_THE_BUILD = {"builds/ab-1/run_results.json", "builds/ab-1/manifest.json"}
LATEST = {"latest/run_results.json", "latest/manifest.json"}


class Bucket:
    """S3, of which one call is made."""

    def __init__(self) -> None:
        self.keys: set[str] = set()

    def put_object(self, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:  # noqa: N803
        assert (Bucket, ContentType) == ("warehouse", "application/json")
        self.keys.add(Key.removeprefix("artifacts/"))


@pytest.mark.parametrize(
    ("changed", "more_files", "kept"),
    [
        ({}, [], OF_THE_BUILD | LATEST),
        (
            {"CODEBUILD_BUILD_SUCCEEDING": "0"},
            ["failed/run_results.json"],
            OF_THE_BUILD | {"builds/ab-1/failed_rows.json"},
        ),
        ({"TASK": "compact"}, [], OF_THE_BUILD),
    ],
)
def test_what_is_kept(changed: dict[str, str], more_files: list[str], kept: set[str], tmp_path: Path) -> None:
    for name in ("target/run_results.json", "target/manifest.json", *more_files):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    s3 = Bucket()

    keep(s3, ENVIRONMENT | changed, tmp_path)

    assert s3.keys == kept


def test_a_build_that_came_to_nothing(tmp_path: Path) -> None:
    assert keep(Bucket(), ENVIRONMENT | {"CODEBUILD_BUILD_SUCCEEDING": "0"}, tmp_path) == []
