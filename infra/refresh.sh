#!/usr/bin/env bash
# Runs the state machine of the stack once, as its schedule does every hour, and waits for its end.
#
# AWS_REGION, STACK         as for infra/deploy.sh
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"

stack=${STACK:-dispatch}
if [ -z "${AWS_REGION:-}" ]; then
    echo "refresh: AWS_REGION is not set: export AWS_REGION=us-east-1, or where the stack is" >&2
    exit 2
fi
export AWS_DEFAULT_REGION=$AWS_REGION AWS_PAGER=""

machine=$(aws cloudformation describe-stacks --stack-name "$stack" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='StateMachine'].OutputValue")
execution=$(aws stepfunctions start-execution --state-machine-arn "$machine" --input '{"task": "refresh"}' \
    --query executionArn --output text)
echo "Landing and building: all of the county's records the first time, then what is new"
while true; do
    status=$(aws stepfunctions describe-execution --execution-arn "$execution" --query status --output text)
    if [ "$status" != RUNNING ]; then
        break
    fi
    sleep "${POLL_SECONDS:-10}"
done

if [ "$status" != SUCCEEDED ]; then
    echo "refresh: $status" >&2
    aws stepfunctions get-execution-history --execution-arn "$execution" --output text >&2 \
        --query "events[?taskFailedEventDetails].taskFailedEventDetails.[error, cause]"
    exit 1
fi
aws stepfunctions describe-execution --execution-arn "$execution" --query output --output text
