"""What the environment says, and that nobody else asks it."""

from pathlib import Path

import ingest
from ingest.portal.portal import Api
from ingest.settings import Settings


def test_defaults() -> None:
    assert Settings.from_environment({}) == Settings(
        landing="data/landing",
        portal="https://data.montgomerycountymd.gov",
        api=Api.SODA2,
        token=None,
        token_parameter=None,
        stream=None,
        region=None,
    )


def test_each_variable() -> None:
    environment = {
        "DISPATCH_LANDING": "s3://bucket/x",
        "DISPATCH_PORTAL": "http://127.0.0.1:8765",
        "DISPATCH_API": "soda3",
        "SOCRATA_APP_TOKEN": " abc123\n",
        "SOCRATA_TOKEN_PARAMETER": "/portal/token",
        "DISPATCH_STREAM": "dispatch",
        "DISPATCH_MIB_PER_SECOND": "0.9",
        "AWS_REGION": "us-east-1",
    }

    assert Settings.from_environment(environment) == Settings(
        "s3://bucket/x", "http://127.0.0.1:8765", Api.SODA3, "abc123", "/portal/token", "dispatch", 0.9, "us-east-1"
    )
    assert Settings.from_environment(dict.fromkeys(environment, "")) == Settings()


def test_nobody_else_asks_the_environment() -> None:
    modules = Path(ingest.__file__).parent.rglob("*.py")

    assert [path.name for path in modules if "os.environ" in path.read_text()] == ["settings.py"]
