"""A change of a stack, from nothing or from what is there, and why it failed.

`aws cloudformation deploy` does the same, but neither removes what a refused creation left nor says what was refused.
"""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.errors import StackError

Json = dict[str, Any]

REMOVED_FIRST = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"}
"""What CloudFormation can only delete: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html."""

NOT_THERE_YET = "REVIEW_IN_PROGRESS"
CANCELLED = ("Resource creation cancelled", "Resource update cancelled")
"""Reasons of those that only share another resource's fate."""

NO_CHANGES = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True)
class Change:
    """What a stack is to be.

    Attributes:
        template_url: Where its template is in S3.
        parameters: Values by name. One that is not named stays as it is.
        tags: Names and values; none to leave them as they are.
    """

    template_url: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]


class Stack:
    """A stack of a name, which may be there or not."""

    def __init__(
        self, cloudformation: Any, name: str, poll_seconds: float, say: Callable[[str], None], sleep: Any = time.sleep
    ) -> None:
        self._client = cloudformation
        self.name = name
        self._poll_seconds = poll_seconds
        self._say = say
        self._sleep = sleep

    def described(self) -> Json | None:
        """What CloudFormation says of it; none where it is not there."""
        try:
            [stack] = self._client.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return None if stack["StackStatus"] == NOT_THERE_YET else dict(stack)

    def remove_refused(self) -> None:
        """Deletes what a creation left that failed, and which nothing but a deletion can follow.

        Raises:
            StackError: It cannot be deleted, or the stack is being changed.
        """
        stack = self.described()
        if stack is None:
            return
        status = stack["StackStatus"]
        if status.endswith("_IN_PROGRESS"):
            raise StackError(f"the stack {self.name} is being changed ({status}): deploy again when that has ended")
        if status == "UPDATE_ROLLBACK_FAILED":
            raise StackError(
                f"the stack {self.name} could not go back to what it was ({status}): run aws cloudformation "
                f"continue-update-rollback --stack-name {self.name}, then deploy again"
            )
        if status in REMOVED_FIRST:
            self._say(f"Removing what a creation left that failed ({status})")
            last = self._last_event(stack["StackId"])
            self._client.delete_stack(StackName=self.name)
            self._wait(stack["StackId"], last, {"DELETE_COMPLETE"}, "what a failed creation left cannot be removed")

    def apply(self, change: Change) -> bool:
        """Makes the stack what it is to be, and waits until it is.

        Returns:
            Whether anything had to be changed.

        Raises:
            StackError: Something was refused. The message has each refusal in a line.
        """
        before = self.described()
        known = {parameter["ParameterKey"] for parameter in before["Parameters"]} if before else set()
        declared = self._client.get_template_summary(TemplateURL=change.template_url)["Parameters"]
        parameters: list[Json] = []
        for name in (parameter["ParameterKey"] for parameter in declared):
            if name in change.parameters:
                parameters.append({"ParameterKey": name, "ParameterValue": change.parameters[name]})
            elif name in known:
                parameters.append({"ParameterKey": name, "UsePreviousValue": True})
        answer = self._client.create_change_set(
            StackName=self.name,
            ChangeSetName=f"deploy-{uuid.uuid4().hex}",
            ChangeSetType="UPDATE" if before else "CREATE",
            TemplateURL=change.template_url,
            Capabilities=["CAPABILITY_IAM"],
            Parameters=parameters,
            **({"Tags": [{"Key": key, "Value": value} for key, value in change.tags.items()]} if change.tags else {}),
        )
        if not self._is_to_be_executed(answer["Id"]):
            return False
        last = self._last_event(answer["StackId"])
        self._client.execute_change_set(ChangeSetName=answer["Id"])
        wanted = {"UPDATE_COMPLETE"} if before else {"CREATE_COMPLETE"}
        self._wait(answer["StackId"], last, wanted, "AWS refused a part of the stack, and took the rest back")
        return True

    def _is_to_be_executed(self, change_set: str) -> bool:
        while True:
            described = self._client.describe_change_set(ChangeSetName=change_set)
            if described["Status"] == "CREATE_COMPLETE":
                return True
            if described["Status"] == "FAILED":
                reason = described.get("StatusReason", "")
                self._client.delete_change_set(ChangeSetName=change_set)
                if any(words in reason for words in NO_CHANGES):
                    return False
                raise StackError(f"AWS does not take the template: {reason}")
            self._sleep(self._poll_seconds)

    def _last_event(self, stack_id: str) -> str | None:
        events = self._client.describe_stack_events(StackName=stack_id)["StackEvents"]
        return events[0]["EventId"] if events else None

    def _wait(self, stack_id: str, last_event: str | None, wanted: set[str], failure: str) -> None:
        """Waits until the stack is in one of the wanted states; says why if it is in another one."""
        while True:
            [stack] = self._client.describe_stacks(StackName=stack_id)["Stacks"]
            status = stack["StackStatus"]
            # An update deletes what it has replaced, after which nothing can fail that matters.
            if status.removesuffix("_CLEANUP_IN_PROGRESS") in wanted:
                return
            if not status.endswith("_IN_PROGRESS"):
                reasons = self._refusals(stack_id, last_event) or [stack.get("StackStatusReason", "")]
                raise StackError("\n  ".join([f"{failure} ({status}):", *reasons]))
            self._sleep(self._poll_seconds)

    def _refusals(self, stack_id: str, last_event: str | None) -> list[str]:
        """Each resource that failed since an event, in order, with AWS's reason."""
        refusals: list[str] = []
        for page in self._client.get_paginator("describe_stack_events").paginate(StackName=stack_id):
            for event in page["StackEvents"]:
                if event["EventId"] == last_event:
                    return refusals[::-1]
                reason = event.get("ResourceStatusReason", "")
                is_stack = event["PhysicalResourceId"] == stack_id
                if event["ResourceStatus"].endswith("_FAILED") and not is_stack and not reason.startswith(CANCELLED):
                    refusals.append(f"{event['LogicalResourceId']} ({event['ResourceType']}): {reason}")
        return refusals[::-1]
