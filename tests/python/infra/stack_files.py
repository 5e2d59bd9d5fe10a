"""The files of the stack, parsed: what the tests read, and change to see a check fail."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from cfnlint.decode.cfn_yaml import load  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[3]
TEMPLATE = ROOT / "infra" / "stack.yaml"
STATE_MACHINE = ROOT / "infra" / "state_machine.asl.json"
BUILDSPEC = ROOT / "infra" / "buildspec.yml"
INSTALL = ROOT / "infra" / "install.sh"
PROFILES = ROOT / "profiles.yml.example"

Json = dict[str, Any]


@dataclass(frozen=True)
class StackFiles:
    """The template with its short forms (`!Ref`, `!Sub`) written out, the state machine, and the buildspec."""

    template: Json
    state_machine: Json
    buildspec: Json

    def resources(self, kind: str) -> dict[str, Json]:
        """The properties of every resource of a kind, such as ``AWS::S3::Bucket``, by logical name."""
        found = self.template["Resources"].items()
        return {name: resource["Properties"] for name, resource in found if resource["Type"] == kind}

    def only(self, kind: str) -> Json:
        """The properties of the one resource of a kind."""
        [properties] = self.resources(kind).values()
        return properties

    def tasks(self) -> Iterator[tuple[str, Json]]:
        """The states of the state machine that call something."""
        yield from ((name, state) for name, state in self.state_machine["States"].items() if state["Type"] == "Task")


def read_stack_files() -> StackFiles:
    return StackFiles(
        # The loader's dictionaries know their line numbers, and are no plain ones.
        template=json.loads(json.dumps(load(str(TEMPLATE)))),
        state_machine=json.loads(STATE_MACHINE.read_text()),
        buildspec=yaml.safe_load(BUILDSPEC.read_text()),
    )


def as_text(value: Any) -> str:
    """A value of the template as one string: a reference as `${Name}`, an attribute as `${Name.Attribute}`."""
    match value:
        case {"Ref": name}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"${{{name}.{attribute}}}"
        case {"Fn::Sub": text}:
            return str(text)
        case _:
            return str(value)


def as_list(value: Any) -> list[Any]:
    """What IAM lets be one value or a list of them, as a list."""
    return value if isinstance(value, list) else [value]
