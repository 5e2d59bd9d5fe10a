"""The alert rules, which `grafana.build` writes as Grafana provisions them, for each data source."""

from dataclasses import dataclass

import yaml

from grafana.register import project_variables
from grafana.sources import UID, Source

HEAD = "# Written by python -m grafana.build from grafana/alerts.py: change them there.\n"

FOLDER = "Montgomery County police dispatch, alerts"
"""Not the folder of the dashboards: Grafana reads the rules first, and would make a second one of that name."""


@dataclass(frozen=True)
class Rule:
    """A rule, which is evaluated once an hour.

    Attributes:
        sql: Returns one number; the tables have no schema.
        above: The rule fires when the number is greater.
        without_a_number: What it is when the query returns no row, in Grafana's words: "Alerting" or "OK".
    """

    uid: str
    title: str
    summary: str
    description: str
    sql: str
    above: float
    without_a_number: str

    def provisioned(self, source: Source) -> dict[str, object]:
        """As Grafana reads it from a file."""
        return {
            "uid": self.uid,
            "title": self.title,
            "condition": "B",
            "noDataState": self.without_a_number,
            "execErrState": "Error",
            "for": "0s",
            "annotations": {"summary": self.summary, "description": self.description},
            "labels": {"project": "dispatch"},
            "data": [
                {
                    "refId": "A",
                    "datasourceUid": UID,
                    "relativeTimeRange": {"from": 3600, "to": 0},
                    "model": source.rule(self.sql),
                },
                {
                    "refId": "B",
                    "datasourceUid": "__expr__",
                    "model": {
                        "refId": "B",
                        "type": "threshold",
                        "expression": "A",
                        "conditions": [{"evaluator": {"type": "gt", "params": [self.above]}}],
                    },
                },
            ],
        }


RULES = (
    # Start times are local times of the county. It publishes four times a day, at most some ten hours behind.
    Rule(
        "dispatch-no-new-incident",
        "No new incident for 24 hours",
        "The newest incident started more than 24 hours ago",
        "The county publishes four times a day, some hours behind. Look at the last pull (python -m ingest status) "
        "and at the last build.",
        """\
SELECT CASE
  WHEN MAX(newest_start_time)
    >= CAST(CURRENT_TIMESTAMP AT TIME ZONE 'America/New_York' AS timestamp) - INTERVAL '24' HOUR THEN 0
  ELSE 1
END AS no_new_incident
FROM data_health""",
        above=0,
        without_a_number="Alerting",
    ),
    Rule(
        "dispatch-rejected-rows",
        "Rejected rows above their share",
        "{{ $values.A }} % of the newest landed date's rows could not be read",
        "Above this share dbt build stops before the marts. stg_incidents_rejected has the rows and the reasons.",
        "SELECT rejected_pct\nFROM data_health\nORDER BY landed_date DESC\nLIMIT 1",
        above=project_variables()["rejected_error_pct"],
        without_a_number="OK",
    ),
    # A "no" is an answer: the register says to which questions.
    Rule(
        "dispatch-question-without-answer",
        "A question without an answer",
        "{{ $values.A }} questions have no answer for the last 28 days",
        "So many days answer every question, unless a field of the feed has changed or is no longer filled.",
        """\
SELECT COUNT(CASE WHEN NOT is_answered THEN 1 END) AS unanswered
FROM answers
WHERE period_id = 'last_28_days'
HAVING COUNT(*) > 0""",
        above=0,
        without_a_number="Alerting",
    ),
)


def provisioning(source: Source) -> str:
    """The file of all rules for a data source."""
    group = {
        "orgId": 1,
        "name": "Feed and marts",
        "folder": FOLDER,
        "interval": "1h",
        "rules": [rule.provisioned(source) for rule in RULES],
    }
    return HEAD + yaml.dump({"apiVersion": 1, "groups": [group]}, Dumper=_Dumper, sort_keys=False, width=120)


class _Dumper(yaml.SafeDumper):
    """Writes SQL as the lines that it has."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
