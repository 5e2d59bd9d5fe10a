"""What may be wrong with the stack that neither cfn-lint nor statelint nor an emulator sees.

Each check takes the files and gives a sentence for each fault; `faults` is all of them.
"""

import json
import re
from collections.abc import Iterator

from tests.python.infra.stack_files import INSTALL, PROFILES, Json, StackFiles, as_list, as_text

LAYOUT = "incidents/dt=!{timestamp:yyyy-MM-dd}/hh=!{timestamp:HH}/"
"""What ingest/zone/bucket.py and the raw table read."""

FIREHOSE_EXPRESSION = re.compile(r"timestamp:[^Y]+|firehose:(random-string|error-output-type)")

SERVICES = {"firehose", "lambda", "codebuild", "states", "scheduler"}

INTEGRATIONS: dict[str, set[str]] = {
    "arn:aws:states:::lambda:invoke": {"FunctionName", "Payload.$"},
    "arn:aws:states:::sns:publish": {"TopicArn", "Subject", "Message.$"},
    "arn:aws:states:::codebuild:startBuild.sync": {"ProjectName", "EnvironmentVariablesOverride"},
}
"""The calls of the state machine, and the parameters that each needs here."""

RATE = re.compile(r"rate\((1 (minute|hour|day)|([2-9]|\d{2,}) (minutes|hours|days))\)")
CRON = re.compile(r"cron\(\S+( \S+){5}\)")

DAY_SECONDS = 86_400
LEAST_CUTOFF_BYTES = 10_000_000


def faults(stack: StackFiles) -> list[str]:
    checks = (
        buckets,
        landing,
        stream,
        policies,
        trust,
        state_machine,
        schedules,
        build,
        work_group,
        alarms,
        outputs,
        roles,
        topic,
    )
    return [fault for check in checks for fault in check(stack)]


def buckets(stack: StackFiles) -> Iterator[str]:
    policies_of = {
        as_text(policy["Bucket"]): policy["PolicyDocument"]["Statement"]
        for policy in stack.resources("AWS::S3::BucketPolicy").values()
    }
    for name, bucket in stack.resources("AWS::S3::Bucket").items():
        blocked = bucket.get("PublicAccessBlockConfiguration", {})
        if not all(
            blocked.get(way)
            for way in ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
        ):
            yield f"{name} may be made public"
        if "BucketEncryption" not in bucket:
            yield f"{name} is not encrypted"
        if not any(_refuses_plain_http(statement, name) for statement in policies_of.get(f"${{{name}}}", [])):
            yield f"{name} can be read without TLS"
        for rule in bucket.get("LifecycleConfiguration", {}).get("Rules", []):
            if not set(rule) - {"Id", "Status", "Prefix", "ExpiredObjectDeleteMarker"}:
                yield f"{name}: the lifecycle rule {rule['Id']} does nothing"
        policy = stack.template["Resources"][name].get("DeletionPolicy")
        if policy == "Retain":
            yield f"{name} outlives a creation that fails, and is in the way of the next"
        elif policy != "RetainExceptOnCreate":
            yield f"{name} is deleted with the stack"


def _refuses_plain_http(statement: Json, bucket: str) -> bool:
    return (
        statement["Effect"] == "Deny"
        and statement["Principal"] == "*"
        and statement["Action"] == "s3:*"
        and [as_text(item) for item in statement["Resource"]] == [f"${{{bucket}.Arn}}", f"${{{bucket}.Arn}}/*"]
        and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
    )


def landing(stack: StackFiles) -> Iterator[str]:
    bucket = stack.resources("AWS::S3::Bucket")["LandingBucket"]
    if bucket.get("VersioningConfiguration") != {"Status": "Enabled"}:
        yield "LandingBucket keeps no versions"
    for rule in bucket["LifecycleConfiguration"]["Rules"]:
        if "ExpirationInDays" in rule:
            yield f"LandingBucket: the lifecycle rule {rule['Id']} deletes what has landed"


def stream(stack: StackFiles) -> Iterator[str]:
    to = stack.only("AWS::KinesisFirehose::DeliveryStream")["ExtendedS3DestinationConfiguration"]
    errors = to.get("ErrorOutputPrefix", "")
    if to["Prefix"] != LAYOUT:
        yield f"Stream writes to {to['Prefix']}, which nobody reads"
    if not errors:
        yield "Stream has no ErrorOutputPrefix, which a Prefix with expressions needs"
    if errors.split("/")[0] == LAYOUT.split("/")[0]:
        yield f"Stream writes errors to {errors}, among the rows"
    for expression in re.findall(r"!\{([^}]*)\}", errors):
        if not FIREHOSE_EXPRESSION.fullmatch(expression):
            yield f"Stream: Firehose knows no expression {expression}"
    if to["CompressionFormat"] != "GZIP" or not to.get("FileExtension", "").endswith(".gz"):
        yield "Stream: Athena reads only gzipped objects whose name ends in .gz"
    if as_text(to["BucketARN"]) != "${LandingBucket.Arn}":
        yield f"Stream: BucketARN is {as_text(to['BucketARN'])}"
    wait = stack.state_machine["States"]["WaitForDelivery"]["Seconds"]
    if to["BufferingHints"]["IntervalInSeconds"] >= wait:
        yield f"Stream holds rows for longer than the {wait} s that the state machine waits"


def policies(stack: StackFiles) -> Iterator[str]:
    for role, statement in _statements(stack):
        actions = as_list(statement["Action"])
        for action in actions:
            if "*" in action:
                yield f"{role} may do {action}"
        for resource in map(as_text, as_list(statement["Resource"])):
            if not _is_narrow(resource):
                yield f"{role} may do {', '.join(actions)} to {resource}"


def _statements(stack: StackFiles) -> Iterator[tuple[str, Json]]:
    for role, properties in stack.resources("AWS::IAM::Role").items():
        for policy in properties["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                match statement:
                    case {"Fn::If": [_, chosen, {"Ref": "AWS::NoValue"}]}:
                        yield role, chosen
                    case _:
                        yield role, statement


def _is_narrow(resource: str) -> bool:
    """A `*` may stand for the objects below a prefix or the tables of a database, and nothing else."""
    tables = r":table/\$\{SchemaPrefix\}dispatch_(raw|staging|marts|marts_build|failed_rows)/\*"
    objects = r"(\$\{\w+Bucket\.Arn\}|s3:::\$\{CodeBucket\})/[^*]+/\*"
    return "*" not in resource or bool(re.search(f"({objects}|{tables})$", resource))


def trust(stack: StackFiles) -> Iterator[str]:
    for role, properties in stack.resources("AWS::IAM::Role").items():
        for statement in properties["AssumeRolePolicyDocument"]["Statement"]:
            service = str(statement["Principal"].get("Service", "")).removesuffix(".amazonaws.com")
            if service not in SERVICES and "AWS" not in statement["Principal"]:
                yield f"{role} can be assumed by {service}"
            # Lambda says nothing of the account when it assumes a role.
            if service in SERVICES - {"lambda"} and "Condition" not in statement:
                yield f"{role} can be assumed by {service} in the name of another account"


def state_machine(stack: StackFiles) -> Iterator[str]:
    used = set(re.findall(r"\$\{(\w+)\}", json.dumps(stack.state_machine)))
    for name, machine in stack.resources("AWS::StepFunctions::StateMachine").items():
        given = set(machine["DefinitionSubstitutions"])
        if used != given:
            yield f"{name}: substitutions used and given differ by {', '.join(sorted(used ^ given))}"
    for name, task in stack.tasks():
        if task["Resource"] not in INTEGRATIONS:
            yield f"StateMachine: {name} calls {task['Resource']}"
        elif _parameters(task) != INTEGRATIONS[task["Resource"]]:
            yield f"StateMachine: {name} has the parameters {', '.join(sorted(task['Parameters']))}"
        caught = [catch["Next"] for catch in task.get("Catch", []) if catch["ErrorEquals"] == ["States.ALL"]]
        if name.startswith("Tell") and not caught:
            yield f"StateMachine: a run ends where {name} fails, though only a mail was to be written"
        if not name.startswith("Tell") and caught != ["TellFailure"]:
            yield f"StateMachine: nobody is told when {name} fails"
        if any("ResultPath" not in catch for catch in task.get("Catch", [])):
            yield f"StateMachine: when {name} fails, it is forgotten which task it was"


def _parameters(task: Json) -> set[str]:
    """Of a task; an object with what the machine knows in it is as good as a path."""
    return {
        "Payload.$" if name == "Payload" and isinstance(value, dict) and "state.$" in value else name
        for name, value in task["Parameters"].items()
    }


def schedules(stack: StackFiles) -> Iterator[str]:
    tasks = {"refresh", *_compared_tasks(stack)}
    for name, schedule in stack.resources("AWS::Scheduler::Schedule").items():
        expression = schedule["ScheduleExpression"]
        if not RATE.fullmatch(expression) and not CRON.fullmatch(expression):
            yield f"{name}: {expression} is no schedule"
        event = json.loads(schedule["Target"]["Input"])
        if event.get("task") not in tasks:
            yield f"{name} asks for {schedule['Target']['Input']}, which the state machine does not know"
        if event.get("task") != "refresh" and "options" not in event:
            yield f"{name} gives no options, which the state machine reads"
        if event.get("task") == "compact" and as_text(schedule["Target"]["Arn"]) == "${StateMachine}":
            yield f"{name} counts as a run that went well"


def _compared_tasks(stack: StackFiles) -> set[str]:
    """The values that the state machine compares `$.task` with."""
    conditions = stack.state_machine["States"]["WhichTask"]["Choices"]
    return set(re.findall(r'"\$\.task", "StringEquals": "([\w-]+)"', json.dumps(conditions)))


def build(stack: StackFiles) -> Iterator[str]:
    project = stack.only("AWS::CodeBuild::Project")
    environment = project["Environment"]
    variables = [variable for variable in environment["EnvironmentVariables"] if "Name" in variable]
    given = {variable["Name"]: as_text(variable["Value"]) for variable in variables}
    # CodeBuild sets the region by itself.
    missing = _variables_of_dbt() - set(given) - {"AWS_REGION"}
    if missing:
        yield f"DbtProject does not set {', '.join(sorted(missing))}, which dbt reads"
    if given.get("DBT_TARGET") != "athena":
        yield "DbtProject does not build on Athena"
    arm = [environment["Type"] == "ARM_CONTAINER", "aarch64" in environment["Image"]]
    if any(arm) and not all(arm):
        yield f"DbtProject: {environment['Image']} does not run in {environment['Type']}"
    if environment["ComputeType"] not in {f"BUILD_GENERAL1_{size}" for size in ("SMALL", "MEDIUM", "LARGE")}:
        yield f"DbtProject: {environment['ComputeType']} is no size"
    script = "\n".join(stack.buildspec["phases"]["build"]["commands"])
    asked = {given["TASK"], stack.state_machine["States"]["AskForBuild"]["Parameters"]["task"], *_compared_tasks(stack)}
    for value in sorted(asked):
        if not re.search(rf"^ *{value}\)$", script, re.MULTILINE):
            yield f"StateMachine asks for {value}, which the buildspec does not know"
    used = set(re.findall(r"\$\{?([A-Z]+_[A-Z_]+)", script + INSTALL.read_text())) - {"CODEBUILD_BUILD_ID"}
    if unset := used - set(given):
        yield f"DbtProject does not set {', '.join(sorted(unset))}, which the build reads"


def _variables_of_dbt() -> set[str]:
    """The environment variables that the project reads on the target `athena`."""
    [target] = re.findall(r"\n    athena:\n((?:      .*\n)+)", PROFILES.read_text())
    return {"DISPATCH_LANDING", *re.findall(r"env_var\('(\w+)'", target)}


def work_group(stack: StackFiles) -> Iterator[str]:
    settings = stack.only("AWS::Athena::WorkGroup")["WorkGroupConfiguration"]
    if settings.get("EnforceWorkGroupConfiguration") is not False:
        yield "WorkGroup takes from dbt the choice where tables are"
    if settings["EngineVersion"]["SelectedEngineVersion"] != "Athena engine version 3":
        yield f"WorkGroup: Athena knows no {settings['EngineVersion']['SelectedEngineVersion']}"
    if settings.get("BytesScannedCutoffPerQuery", 0) < LEAST_CUTOFF_BYTES:
        yield f"WorkGroup: Athena takes no cut-off below {LEAST_CUTOFF_BYTES:,} bytes"


def alarms(stack: StackFiles) -> Iterator[str]:
    for name, alarm in stack.resources("AWS::CloudWatch::Alarm").items():
        if [as_text(action) for action in alarm.get("AlarmActions", [])] != ["${Alerts}"]:
            yield f"{name} tells nobody"
        if alarm.get("TreatMissingData") not in ("breaching", "notBreaching"):
            yield f"{name} does not say what missing data mean"
        metrics = [metric["MetricStat"] for metric in alarm.get("Metrics", []) if "MetricStat" in metric]
        expressions = [metric["Expression"] for metric in alarm.get("Metrics", []) if "Expression" in metric]
        if alarm.get("TreatMissingData") == "breaching" and not any(
            "FILL(" in expression for expression in expressions
        ):
            yield f"{name} rings late: CloudWatch prefers older values to those that are missing"
        if expressions:
            ids = {metric["Id"] for metric in alarm["Metrics"] if "MetricStat" in metric}
            unnamed = ids - set(re.findall(r"FILL\((\w+), 0\)", expressions[0]))
            if unnamed:
                yield f"{name} does not fill {', '.join(sorted(unnamed))}"
            if [metric["Id"] for metric in alarm["Metrics"] if metric.get("ReturnData", True)] != ["result"]:
                yield f"{name} compares another value than its result"
        if (
            max([alarm.get("Period", 0), *(metric["Period"] for metric in metrics)]) * alarm["EvaluationPeriods"]
            > DAY_SECONDS
        ):
            yield f"{name} looks back for more than a day, which CloudWatch does not"


def outputs(stack: StackFiles) -> Iterator[str]:
    exported = set(re.findall(r"(\w+)=", as_text(stack.template["Outputs"]["Environment"]["Value"])))
    missing = _variables_of_dbt() - exported
    if missing:
        yield f"Outputs: Environment does not export {', '.join(sorted(missing))}"


def roles(stack: StackFiles) -> Iterator[str]:
    for name, role in stack.resources("AWS::IAM::Role").items():
        if role.get("PermissionsBoundary") != {
            "Fn::If": ["HasBoundary", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]
        }:
            yield f"{name} has no permissions boundary where the account asks for one"


def topic(stack: StackFiles) -> Iterator[str]:
    """An own policy of the topic takes the place of the default one."""
    [statement] = stack.only("AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
    publishers = {service.removesuffix(".amazonaws.com") for service in as_list(statement["Principal"]["Service"])}
    for service, kind in {"cloudwatch": "AWS::CloudWatch::Alarm", "budgets": "AWS::Budgets::Budget"}.items():
        if stack.resources(kind) and service not in publishers:
            yield f"AlertsPolicy does not let {service} publish"
