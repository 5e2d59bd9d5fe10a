#!/usr/bin/env bash
# Makes the stack, or brings it up to date: uploads what `make package` wrote to build/, and deploys infra/stack.yaml.
#
# AWS_REGION                where; the credentials are those of any AWS client
# STACK                     the stack's name, with which the names of its resources begin (default: dispatch)
# BUILD                     the folder with the archives (default: build)
# DISPATCH_SCHEMA_PREFIX, SOCRATA_TOKEN_PARAMETER, ALERTS_EMAIL, GRAFANA_PRINCIPAL, DISPATCH_PORTAL, DISPATCH_API
#                           parameters of the stack; one that is not set stays as it is
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"

stack=${STACK:-dispatch}
build=${BUILD:-build}
if [ -z "${AWS_REGION:-}" ]; then
    echo "deploy: AWS_REGION is not set: export AWS_REGION=us-east-1, or where you want the stack" >&2
    exit 2
fi
# Buckets are named after the stack, and their names are short and lower case.
if ! [[ $stack =~ ^[a-z][a-z0-9-]{0,19}$ ]]; then
    echo "deploy: STACK is $stack: use up to 20 lower-case letters, digits and hyphens" >&2
    exit 2
fi
for archive in "$build/ingest-lambda.zip" "$build/project.zip"; do
    if [ ! -e "$archive" ]; then
        echo "deploy: there is no $archive: run make package" >&2
        exit 2
    fi
done
# The AWS CLI, unlike the SDKs, reads only this one.
export AWS_DEFAULT_REGION=$AWS_REGION AWS_PAGER=""

account=$(aws sts get-caller-identity --query Account --output text)
code=$stack-code-$account-$AWS_REGION
if ! aws s3api head-bucket --bucket "$code" --expected-bucket-owner "$account" >/dev/null 2>&1; then
    aws s3 mb "s3://$code"
fi

# Uploads a file under a key that changes with its content, so that CloudFormation sees the change, and prints the key.
upload() {
    local key
    key=$(git hash-object "$1" | cut -c 1-16)/$(basename "$1")
    aws s3api put-object --bucket "$code" --expected-bucket-owner "$account" --key "$key" --body "$1" >/dev/null
    echo "$key"
}

parameters=(
    "CodeBucket=$code"
    "IngestKey=$(upload "$build/ingest-lambda.zip")"
    "ProjectKey=$(upload "$build/project.zip")"
    "StateMachineKey=$(upload infra/state_machine.asl.json)"
)

# Lambda keeps 100 executions for functions that reserve none, and new accounts have a quota of 10.
quota=$(aws lambda get-account-settings --query AccountLimit.ConcurrentExecutions --output text)
if [ "$quota" -gt 100 ]; then
    parameters+=("ReserveConcurrency=true")
else
    parameters+=("ReserveConcurrency=false")
fi

for pair in SchemaPrefix:DISPATCH_SCHEMA_PREFIX TokenParameter:SOCRATA_TOKEN_PARAMETER AlertsEmail:ALERTS_EMAIL \
    GrafanaPrincipal:GRAFANA_PRINCIPAL Portal:DISPATCH_PORTAL Api:DISPATCH_API; do
    variable=${pair#*:}
    if [ -n "${!variable+set}" ]; then
        parameters+=("${pair%%:*}=${!variable}")
    fi
done

aws cloudformation deploy --template-file infra/stack.yaml --stack-name "$stack" --capabilities CAPABILITY_IAM \
    --no-fail-on-empty-changeset --parameter-overrides "${parameters[@]}"
aws cloudformation describe-stacks --stack-name "$stack" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='Environment'].OutputValue" >"$build/aws.env"
echo "Stack $stack is up to date. \`. $build/aws.env\` tells dbt where it is; \`make refresh\` lands and builds at once."
