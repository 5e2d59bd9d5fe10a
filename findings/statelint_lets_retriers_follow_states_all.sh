#!/usr/bin/env bash
# Guess: a linter of state machines refuses what stands behind States.ALL in Retry as it does in Catch, and takes variables (Assign) where
#   Step Functions takes them.
# Fact: in Catch it says that States.ALL belongs last and alone; in Retry it says nothing, so that the retrier behind it is never asked.
#   Assign is "not allowed" in a machine of JSONPath, where Step Functions takes it; with JSONata it is.
# Versions: statelint 3.1.0 (PyPI).
# Source: measured by this script; https://states-language.net, "Retrying after error" (States.ALL "MUST appear alone and MUST appear in
#   the last Retrier"); AWS Step Functions Developer Guide, "Passing data between states with variables".
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check statelint==3.1.0
task='"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"}'
behind='[{"ErrorEquals":["States.ALL"]NEXT},{"ErrorEquals":["Lambda.TooManyRequestsException"]NEXT}]'
machine() { printf '{%s"StartAt":"A","States":{"A":{%s},"B":{"Type":"Succeed"}}}' "$2" "$3" >"$work/$1.json"; }
machine catch "" "$task,\"Catch\":${behind//NEXT/,\"Next\":\"B\"},\"Next\":\"B\""
machine retry "" "$task,\"Retry\":${behind//NEXT/},\"Next\":\"B\""
machine assign_jsonpath "" '"Type":"Pass","Assign":{"x":1},"Next":"B"'
machine assign_jsonata '"QueryLanguage":"JSONata",' '"Type":"Pass","Assign":{"x":1},"Next":"B"'
"$work/venv/bin/pip" list 2>/dev/null | grep statelint
codes=""
for name in catch retry assign_jsonpath assign_jsonata; do
    code=0
    said=$("$work/venv/bin/statelint" "$work/$name.json") || code=$?
    echo "$name: exit $code ${said//$'\n'/}"
    codes+=$code
done
test "$codes" = 1010
