#!/usr/bin/env bash
# Runs the functions as Lambda does, in containers, against a running `cargo run`, and checks what they answer.
#
#     cargo run -- --port 3000 --ephemeral           # in another terminal
#     scripts/sam-local.sh 3000                      # build, then sign somebody up through all three functions
#     eval "$(scripts/sam-local.sh 3000 --environment)"    # the variables alone, to invoke by hand
#
# Needs Docker, curl, python3, and sam and cargo-lambda (`scripts/tools.sh all`). SAM_INVOKE_FLAGS is added to each
# `sam local invoke`; the default lets a container on Linux reach 127.0.0.1.
set -euo pipefail
cd "$(dirname "$0")/.."

port=${1:-3000}
base=http://127.0.0.1:$port
flags=${SAM_INVOKE_FLAGS:---docker-network host}
export PATH=$PWD/.tools/bin:$PATH SAM_CLI_TELEMETRY=0
variables=.aws-sam/local.json

field() { python3 -c 'import json, sys; print(json.load(sys.stdin)'"$1"')'; }

health=$(curl -fsS "$base/_local/health") || { echo "nothing answers at $base; start \`cargo run -- --port $port\`" >&2; exit 2; }
environment=$(
  for service in dynamodb s3 sns; do
    echo "export AWS_ENDPOINT_URL_${service^^}=$(field "['$service']" <<<"$health")"
  done
  # The stand-ins know one pair of credentials.
  echo "export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-us-east-1}"
)
eval "$environment"

# A table's `!Ref` is its logical name here, which is what `cargo run` calls it. A bucket's is no name for a bucket.
write_variables() {
  mkdir -p .aws-sam
  echo '{"Parameters": {"MEDIA_BUCKET": "media"}}' >"$variables"
}

if [[ ${2:-} == --environment ]]; then
  write_variables
  echo "$environment"
  exit
fi

# An event with other values for some fields of its form.
event() {
  python3 - "$@" <<'PYTHON'
import base64, json, sys, urllib.parse
event = json.load(open(f"events/{sys.argv[1]}.json"))
form = dict(urllib.parse.parse_qsl(base64.b64decode(event["body"]).decode()))
form |= dict(pair.split("=", 1) for pair in sys.argv[2:])
body = urllib.parse.urlencode(form).encode()
event["headers"]["content-length"] = str(len(body))
event["body"] = base64.b64encode(body).decode()
print(json.dumps(event))
PYTHON
}

# Invokes a function with the event on stdin; prints the body of an answer with status 200, fails with any other.
invoke() {
  # shellcheck disable=SC2086  # flags are words
  sam local invoke "$1" --config-env local --env-vars "$variables" --event - $flags 2>.aws-sam/invoke.log >.aws-sam/answer.json ||
    { cat .aws-sam/invoke.log >&2; return 1; }
  python3 - "$1" <<'PYTHON' || { tail -n 20 .aws-sam/invoke.log >&2; return 1; }
import json, sys
answer = json.loads(open(".aws-sam/answer.json").read().strip().splitlines()[-1])
status, body = answer.get("statusCode"), answer.get("body")
print(f"{sys.argv[1]}: {status} {body}", file=sys.stderr)
if status != 200:
    sys.exit("expected status 200")
print(body)
PYTHON
}

sam build --config-env local
write_variables

phone=1$(python3 -c 'import random; print(random.randint(10**9, 10**10 - 1))')
event account/register phone_number="$phone" | invoke AccountFunction >/dev/null

# The function sent the code through SNS; the stand-in shows it.
code=$(curl -fsS "$base/_local/sms?phone=$phone" | field '[-1]["message"]' | grep -oE '[0-9]{6}')
signed_in=$(event account/validate_sms phone_number="$phone" validate_code="$code" | invoke AccountFunction)
session=(user_id="$(field '["data"]["user_id"]' <<<"$signed_in")" access_token="$(field '["data"]["access_token"]' <<<"$signed_in")")

questions=$(event procedure/get_random_questions "${session[@]}" | invoke ProcedureFunction)
[[ $(field '["data"]["questions"].__len__()' <<<"$questions") == 3 ]]

upload=$(event media/upload_request_video "${session[@]}" | invoke MediaFunction)
[[ -n $(field '["data"]["policy"]' <<<"$upload") ]]

echo "all three functions answered"
