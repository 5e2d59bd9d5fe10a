"""By SODA 3 the same rows land from the same queries, and the way there from a SODA 2 that is no more is told."""

import json

import pytest
import requests

from ingest.errors import IngestError, PortalRefusedError, UsageError
from ingest.portal.paging import Selection, probe_query, read_probe
from ingest.portal.portal import Api, Portal, Query, RetryPolicy
from ingest.zone.folder import FolderZone
from local_portal.soda_server import (
    SODA3_PATH,
    Answer,
    SodaServer,
    broken_connection,
    busy,
    cut_off,
    incidents,
    portal_error,
    web_page,
)
from local_portal.soda_server import Query as Asked
from tests.python.ingest.conftest import Ingest
from tests.python.ingest.landed import incident_ids, landed_rows, versions

TOKEN = "abc123"
Output = pytest.CaptureFixture[str]
COUNT = probe_query(Selection())
GONE = {
    "410": portal_error(410, "gone", "Gone"),
    "404 dataset.missing": portal_error(404, "dataset.missing", "Not found", key="code"),
    "403 deprecated": portal_error(403, "soda2.deprecated", "See the migration guide."),
    "400 in words": portal_error(400, "invalid_request", "SODA2 was Deprecated on 1 October 2027."),
}


@pytest.fixture(autouse=True)
def token(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCRATA_APP_TOKEN", TOKEN)


def portal(server: SodaServer) -> Portal:
    return Portal(server.url, TOKEN, RetryPolicy(retries=2, base_seconds=0), Api.SODA3)


def post(server: SodaServer, token: str = TOKEN, **document: object) -> requests.Response:
    return requests.post(server.url + SODA3_PATH, json=document, headers={"X-App-Token": token}, timeout=5)


def documents(server: SodaServer) -> list[str]:
    return [query.document["query"] for query in server.queries if query.document]


class TestQueries:
    def test_the_clauses_become_one_text(self) -> None:
        query = Query("city,count(*) as n", where="city = 'O''X'", group="city", order="n", limit=5)

        assert query.soql() == "SELECT city,count(*) as n WHERE city = 'O''X' GROUP BY city ORDER BY n LIMIT 5"
        assert Query("count(*) as n").soql() == "SELECT count(*) as n"

    def test_those_of_a_first_pull(self, ingest: Ingest, server: SodaServer, zone: FolderZone) -> None:
        server.insert(incidents(50), stamp="2026-11-24T10:00:00.000Z")

        assert ingest("pull", "--api", "soda3", "--page-size", 40) == 0

        stamp = "'2026-11-24T10:00:00.000Z'"
        last = landed_rows(zone.root)[39][":id"]
        page = f"SELECT *,:id,:created_at,:updated_at WHERE :updated_at <= {stamp}"
        behind = f" AND (:updated_at > {stamp} OR (:updated_at = {stamp} AND :id > '{last}'))"
        assert documents(server)[:3] == [
            "SELECT count(*) as n,max(:updated_at) as hi",
            f"{page} ORDER BY :updated_at,:id LIMIT 40",
            f"{page}{behind} ORDER BY :updated_at,:id LIMIT 40",
        ]
        assert len(documents(server)) == len(server.queries) == 6

    def test_both_apis_are_asked_the_same(self, ingest: Ingest, server: SodaServer) -> None:
        server.insert(incidents(50))
        asked: dict[str, list[dict[str, str]]] = {}
        for api in Api:
            server.queries.clear()
            ingest("pull", "--full", "--api", api, "--page-size", 40)
            ingest("reconcile", "--api", api)
            asked[api] = [query.parameters for query in server.queries]

        assert asked[Api.SODA2] == asked[Api.SODA3]
        assert len(asked[Api.SODA2]) == 7


class TestPulls:
    def test_rows_that_change_between_the_pages(self, ingest: Ingest, server: SodaServer, zone: FolderZone) -> None:
        """The portal cuts pages, and fails now and then. What changes behind the first pull is the second one's."""
        server.insert(incidents(200))
        server.page_cap = 30
        numbers = iter(range(1, 201, 7))

        def change(query: Asked) -> None:
            if query.is_page and (number := next(numbers, None)):
                server.change([f"P26{number:08}"])

        server.on_query = change
        server.answer_next(None, busy(429), cut_off(), None, broken_connection(), busy(202))

        assert ingest("pull", "--api", "soda3", "--page-size", 40) == 0
        server.on_query = lambda query: None
        assert ingest("pull", "--api", "soda3", "--page-size", 40) == 0

        assert versions(server.rows()) <= versions(landed_rows(zone.root))

    def test_a_pull_goes_on_by_the_other_api(self, ingest: Ingest, server: SodaServer, zone: FolderZone) -> None:
        server.insert(incidents(50))
        server.answer_next(None, None, GONE["410"])
        assert ingest("pull", "--page-size", 20) == 3

        assert ingest("pull", "--page-size", 20, "--api", "soda3") == 0

        assert len(landed_rows(zone.root)) == 50

    def test_reconcile(self, ingest: Ingest, server: SodaServer, zone: FolderZone) -> None:
        server.insert(incidents(200))
        ingest("pull", "--api", "soda3")
        server.delete(["P2600000007"])

        assert ingest("reconcile", "--api", "soda3") == 0

        assert [row["incident_id"] for row in landed_rows(zone.root) if row.get("deleted")] == ["P2600000007"]
        assert len(documents(server)) == len(server.queries)

    @pytest.mark.parametrize("layout", ["in one line", "indented", "with another system field"])
    def test_another_layout(self, layout: str, ingest: Ingest, server: SodaServer, zone: FolderZone) -> None:
        """Whether SODA 3 writes a page as SODA 2 does is not known."""
        for row in incidents(30):
            server.insert([row])
        rows = [{":version": "rv-1", **row} for row in server.rows()] if "field" in layout else server.rows()
        body = json.dumps(rows, indent=2 if layout == "indented" else None)
        server.answer_next(None, Answer(body=body.encode()))

        assert ingest("pull", "--api", "soda3") == 0

        assert versions(landed_rows(zone.root)) == versions(server.rows())

    def test_the_environment_names_the_api(
        self, ingest: Ingest, server: SodaServer, monkeypatch: pytest.MonkeyPatch, capsys: Output
    ) -> None:
        server.insert(incidents(1))
        monkeypatch.setenv("DISPATCH_API", "soda3")

        assert ingest("pull") == 0
        assert len(documents(server)) == len(server.queries) > 0
        server.queries.clear()
        assert ingest("pull", "--api", "soda2") == 0
        assert documents(server) == []

        monkeypatch.setenv("DISPATCH_API", "soda4")
        assert ingest("pull") == 2
        assert capsys.readouterr().err == "ingest: DISPATCH_API is 'soda4': set it to soda2 or soda3\n"


class TestRefusals:
    def test_no_token(
        self, ingest: Ingest, server: SodaServer, zone: FolderZone, monkeypatch: pytest.MonkeyPatch, capsys: Output
    ) -> None:
        monkeypatch.delenv("SOCRATA_APP_TOKEN")

        assert ingest("pull", "--api", "soda3") == 2

        [sentence] = capsys.readouterr().err.splitlines()
        assert sentence.startswith("ingest: SODA 3 answers only to an app token: set SOCRATA_APP_TOKEN to one")
        assert server.queries == []
        assert not zone.root.exists()

    def test_a_token_that_the_portal_does_not_know(self, ingest: Ingest, server: SodaServer, capsys: Output) -> None:
        server.insert(incidents(1))
        server.tokens = {"another"}

        assert ingest("pull", "--api", "soda3") == 3

        [sentence] = capsys.readouterr().err.splitlines()
        assert "HTTP 403, permission_denied, Invalid app_token specified" in sentence
        assert "check SOCRATA_APP_TOKEN" in sentence

    @pytest.mark.parametrize("name", GONE)
    def test_a_soda2_that_is_no_more(self, name: str, ingest: Ingest, server: SodaServer, capsys: Output) -> None:
        """It says which switch to use, and that works."""
        server.insert(incidents(1))
        server.soda2_refusal = GONE[name]

        assert ingest("pull") == 3

        [sentence] = capsys.readouterr().err.splitlines()
        assert sentence.startswith("ingest: the portal does not answer this dataset's SODA 2 any more (HTTP 4")
        assert sentence.endswith("add --api soda3, or set DISPATCH_API=soda3")
        assert len(server.queries) == 1
        assert ingest("pull", "--api", "soda3") == 0

    @pytest.mark.parametrize(
        "answer",
        [
            portal_error(404, "not_found", "No such page"),
            portal_error(400, "query.soql.no-such-column", "No such column: beat"),
            web_page(404),
        ],
    )
    def test_other_refusals_name_no_switch(self, answer: Answer, server: SodaServer) -> None:
        server.soda2_refusal = answer

        with pytest.raises(IngestError) as failure:
            Portal(server.url).fetch(COUNT, read_probe)
        assert "soda3" not in str(failure.value)

    @pytest.mark.parametrize("name", GONE)
    def test_soda3_names_no_switch_to_itself(self, name: str, server: SodaServer) -> None:
        server.answer_next(GONE[name])

        with pytest.raises((IngestError, PortalRefusedError)) as failure:
            portal(server).fetch(COUNT, read_probe)
        assert "soda3" not in str(failure.value)

    def test_a_redirect_is_not_followed(self, server: SodaServer) -> None:
        """It would turn the query into a request for everything."""
        server.answer_next(Answer(302, b"{}", {"Location": f"{server.url}/resource/98cc-bc7d.json"}))

        with pytest.raises(IngestError, match="the portal answered HTTP 302"):
            portal(server).fetch(COUNT, read_probe)
        assert len(server.queries) == 1

    def test_an_error_of_the_query(self, server: SodaServer) -> None:
        with pytest.raises(IngestError, match=r"HTTP 400, query.soql.no-such-column, No such column: beat"):
            portal(server).fetch(Query(select="*", where="beat = 'H2'"), bytes)

    def test_no_token_for_a_program(self, server: SodaServer) -> None:
        with pytest.raises(UsageError, match="SOCRATA_TOKEN_PARAMETER"):
            Portal(server.url, api=Api.SODA3)


class TestTheModel:
    """The server's SODA 3 is as particular as its documentation."""

    def test_the_same_page_as_by_soda2(self, server: SodaServer) -> None:
        server.insert(incidents(30))
        query = Query("*,:id,:created_at,:updated_at", "priority = '2'", order=":updated_at,:id", limit=4)

        by_soda2 = requests.get(f"{server.url}/resource/98cc-bc7d.json", params=query.parameters(), timeout=5)
        by_soda3 = post(server, query=query.soql())

        assert by_soda3.content == by_soda2.content
        assert len(by_soda3.json()) == 4

    def test_texts_that_look_like_clauses(self, server: SodaServer) -> None:
        server.insert([{"incident_id": "P1", "city": "WHERE ORDER BY 'X' LIMIT 1"}, {"incident_id": "P2"}])

        found = post(server, query="select * where city = 'WHERE ORDER BY ''X'' LIMIT 1' order by incident_id limit 5")

        assert [row["incident_id"] for row in found.json()] == ["P1"]

    def test_no_limit_of_its_own(self, server: SodaServer) -> None:
        server.insert(incidents(1500))

        assert len(post(server, query="SELECT *").json()) == 1500
        assert len(post(server, query="SELECT * LIMIT 7").json()) == 7

    def test_pages(self, server: SodaServer) -> None:
        server.insert(incidents(25))

        rows = [
            row
            for number in (1, 2, 3, 4)
            for row in post(server, query="SELECT *", page={"pageNumber": number, "pageSize": 10}).json()
        ]

        assert len(rows) == 25
        assert incident_ids(rows) == incident_ids(server.rows())

    def test_system_fields(self, server: SodaServer) -> None:
        server.insert(incidents(1))

        [row] = post(server, query="SELECT *").json()
        [without] = post(server, query="SELECT *", includeSystem=False).json()
        [named] = post(server, query="SELECT *,:id", includeSystem=False).json()

        assert {":id", ":created_at", ":updated_at"} <= row.keys()
        assert not [name for name in without if name.startswith(":")]
        assert [name for name in named if name.startswith(":")] == [":id"]

    @pytest.mark.parametrize("document", [{"query": "*"}, {"query": ""}, {"query": "'SELECT'"}, {"select": "*"}])
    def test_requests_that_are_wrong(self, server: SodaServer, document: dict[str, str]) -> None:
        assert post(server, **document).status_code == 400

    def test_no_token(self, server: SodaServer) -> None:
        assert post(server, token="", query="SELECT *").status_code == 403

    def test_another_dataset(self, server: SodaServer) -> None:
        answer = requests.post(f"{server.url}/api/v3/views/aaaa-bbbb/query.json", json={"query": "SELECT *"}, timeout=5)

        assert (answer.status_code, answer.json()["code"]) == (404, "dataset.missing")
