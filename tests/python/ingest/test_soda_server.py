"""The model of the portal is as awkward as the portal: otherwise what is tested against it proves little."""

import json

import pytest
import requests

from local_portal.soda_server import PATH, Row, SodaServer, incidents


def get(server: SodaServer, **clauses: object) -> requests.Response:
    parameters = {f"${name}": str(clause) for name, clause in clauses.items()}
    return requests.get(server.url + PATH, params=parameters, timeout=5)


def rows(server: SodaServer, **clauses: object) -> list[Row]:
    answer: list[Row] = get(server, **clauses).json()
    return answer


def test_the_layout_of_a_page(server: SodaServer) -> None:
    server.insert([{"incident_id": "P1", "address": "A\nB"}, {"incident_id": "P2"}])

    answer = get(server, order="incident_id")

    assert answer.content == b'[{"incident_id":"P1","address":"A\\nB"}\n,{"incident_id":"P2"}\n]\n'
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "X-SODA2-Data-Out-Of-Date" not in answer.headers
    assert get(server, where="incident_id = 'P3'").content == b"[]\n"


def test_a_batch_shares_its_stamp_and_a_change_keeps_the_id(server: SodaServer) -> None:
    server.insert(incidents(5))
    before = {row["incident_id"]: row for row in server.rows()}

    server.change(["P2600000003"], priority="0")

    after = {row["incident_id"]: row for row in rows(server, select="*,:id,:updated_at")}
    assert len({row[":updated_at"] for row in before.values()}) == 1
    assert after["P2600000003"][":id"] == before["P2600000003"][":id"]
    assert after["P2600000003"]["priority"] == "0"
    assert str(after["P2600000003"][":updated_at"]) > str(before["P2600000003"][":updated_at"])


def test_ids_have_an_order_that_is_not_that_of_their_text(server: SodaServer) -> None:
    server.insert(incidents(50))

    ids = [str(row[":id"]) for row in rows(server, select="*,:id", order=":id")]

    assert ids != sorted(ids)
    assert [row[":id"] for row in rows(server, select="*,:id", where=f":id > '{ids[20]}'", order=":id")] == ids[21:]


def test_conditions(server: SodaServer) -> None:
    server.insert(incidents(100))
    where = (
        "start_time >= '2026-01-01T00:10:00' AND start_time < '2026-01-01T00:20' AND (priority = '0' OR city = 'O''X')"
    )

    assert [row["incident_id"] for row in rows(server, where=where, order="incident_id DESC")] == [
        "P2600000015",
        "P2600000010",
    ]


def test_counts(server: SodaServer) -> None:
    server.insert(incidents(30), stamp="2026-11-24T10:00:00.000Z")

    assert rows(server, select="count(*) as n,max(:updated_at) as hi") == [
        {"n": "30", "hi": "2026-11-24T10:00:00.000Z"}
    ]
    assert rows(server, select="count(*) as n,max(:updated_at) as hi", where="priority = '9'") == [{"n": "0"}]


def test_limits(server: SodaServer) -> None:
    server.insert(incidents(1500))

    assert len(rows(server)) == 1000
    assert len(rows(server, limit=1200)) == 1200
    assert len(rows(server, limit=1200, offset=1000)) == 500
    server.page_cap = 7
    assert len(rows(server, limit=1200)) == 7


@pytest.mark.parametrize(
    ("clauses", "key", "code"),
    [
        ({"select": ":id,*"}, "code", "query.compiler.malformed"),
        ({"where": "beat = 'H2'"}, "errorCode", "query.soql.no-such-column"),
        ({"where": "priority ="}, "code", "query.compiler.malformed"),
        ({"q": "text"}, "errorCode", "query.soql.unsupported"),
    ],
)
def test_queries_that_are_wrong(server: SodaServer, clauses: dict[str, str], key: str, code: str) -> None:
    answer = get(server, **clauses)

    assert answer.status_code == 400
    assert json.loads(answer.content)[key] == code
    assert answer.headers["X-Socrata-RequestId"]


def test_another_dataset(server: SodaServer) -> None:
    assert requests.get(f"{server.url}/resource/aaaa-bbbb.json", timeout=5).status_code == 404
