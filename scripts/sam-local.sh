#!/usr/bin/env bash
# Runs the functions as Lambda does, in containers, against a running `cargo run`, and checks what they answer.
#
#     cargo run -- --port 3000 --ephemeral                # in another terminal
#     scripts/sam-local.sh 3000                           # builds, then one person's story through four functions
#     scripts/sam-local.sh 3000 account/login             # one event of events/, with what is built already
#
# Needs Docker, curl, python3, and sam and cargo-lambda (`scripts/tools.sh all`). SAM_INVOKE_FLAGS is added to each
# `sam local invoke`, such as --skip-pull-image or --debug.
set -euo pipefail
cd "$(dirname "$0")/.."

base=http://127.0.0.1:${1:-3000}
export PATH=$PWD/.tools/bin:$PATH SAM_CLI_TELEMETRY=0
work=$PWD/.aws-sam/local
mkdir -p "$work"
rm -f "$work/bridge"

field() { python3 -c 'import json, sys; print(json.load(sys.stdin)'"$1"')'; }

health=$(curl -fsS "$base/_local/health") || { echo "nothing answers at $base: start cargo run -- --port ${1:-3000}" >&2; exit 2; }
ports=$(for service in dynamodb s3 sns; do field "['$service'].rsplit(':')[-1]" <<<"$health"; done)

# The stand-ins listen on 127.0.0.1, which is another one in a container.
# shellcheck disable=SC2086  # ports are words
python3 scripts/docker-bridge.py $ports >"$work/bridge" &
bridge=$!
trap 'kill "$bridge" 2>/dev/null || true' EXIT
until [[ -s $work/bridge ]]; do
  kill -0 "$bridge" 2>/dev/null || { echo "containers cannot be given a way to 127.0.0.1" >&2; exit 2; }
  sleep 0.1
done
host=$(<"$work/bridge")

# SAM hands these over because the template declares them.
{ read -r dynamodb; read -r s3; read -r sns; } <<<"$ports"
export AWS_ENDPOINT_URL_DYNAMODB=http://$host:$dynamodb AWS_ENDPOINT_URL_S3=http://$host:$s3 AWS_ENDPOINT_URL_SNS=http://$host:$sns
# The stand-ins know one pair of credentials.
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-us-east-1}
# A table's `!Ref` is its logical name here, which is what `cargo run` calls it. A bucket's is no name for a bucket.
echo '{"Parameters": {"MEDIA_BUCKET": "media", "STAGE": "local"}}' >"$work/variables.json"

# An event with other values for some fields of its form or JSON body, and another cookie.
event() {
  python3 - "$@" <<'PYTHON'
import base64, json, sys, urllib.parse
event = json.load(open(f"events/{sys.argv[1]}.json"))
changes = dict(pair.split("=", 1) for pair in sys.argv[2:])
if cookie := changes.pop("cookie", None):
    event["cookies"] = [cookie]
if changes and event["isBase64Encoded"]:
    form = dict(urllib.parse.parse_qsl(base64.b64decode(event["body"]).decode()))
    body = urllib.parse.urlencode(form | changes).encode()
    event["body"] = base64.b64encode(body).decode()
elif changes:
    event["body"] = json.dumps(json.loads(event["body"]) | changes)
    body = event["body"].encode()
if changes:
    event["headers"]["content-length"] = str(len(body))
print(json.dumps(event))
PYTHON
}

# Sends the event on stdin to the function of a group; its answer is the last line on stdout.
invoke() {
  local function
  function=$(awk -v binary="$1" '/^  [A-Za-z]+:$/ { id = $1 } $1 == "Binary:" && $2 == binary { sub(":", "", id); print id }' template.yaml)
  # shellcheck disable=SC2086  # flags are words
  sam local invoke "$function" --config-env local --env-vars "$work/variables.json" --event - \
    ${SAM_INVOKE_FLAGS:-} 2>"$work/invoke.log" | tail -n 1 >"$work/answer.json" || { cat "$work/invoke.log" >&2; return 1; }
  cat "$work/answer.json"
}

# The body of an answer with status 200; fails with any other.
succeed() {
  python3 -c '
import json, sys
answer = json.load(sys.stdin)
status, body = answer.get("statusCode"), answer.get("body", "")
print(f"{sys.argv[1]}: {status} {body[:150]}", file=sys.stderr)
sys.exit("expected status 200") if status != 200 else print(body)
' "$1" || { cat "$work/invoke.log" >&2; return 1; }
}

# `call GROUP/OPERATION FIELD=VALUE...`: the event with these fields, sent to its function, must succeed.
call() {
  event "$@" | invoke "${1%%/*}" | succeed "$1"
}

if [[ -n ${2:-} ]]; then
  event "$2" | invoke "${2%%/*}"
  exit
fi

sam build --config-env local

phone=1$(python3 -c 'import random; print(random.randint(10**9, 10**10 - 1))')
call account/register phone_number="$phone" >/dev/null

# The function sent the code through SNS; the stand-in shows it.
code=$(curl -fsS "$base/_local/sms?phone=$phone" | field '[-1]["message"]' | grep -oE '[0-9]{6}')
signed_in=$(call account/validate_sms phone_number="$phone" validate_code="$code")
session=(user_id="$(field '["data"]["user_id"]' <<<"$signed_in")" access_token="$(field '["data"]["access_token"]' <<<"$signed_in")")

questions=$(call procedure/get_random_questions "${session[@]}")
[[ $(field '["data"]["questions"].__len__()' <<<"$questions") == 3 ]]

upload=$(call media/upload_request_video "${session[@]}")
[[ -n $(field '["data"]["fields"]["key"]' <<<"$upload") ]]

# The same person in the other API, with the same password.
call account/change_password phone_number="$phone" password=secret12 >/dev/null
call account/change_personal_info "${session[@]}" personal_info="{\"nickname\":\"Tony $phone\",\"sex\":\"male\"}" >/dev/null
call sealtalk/user_login phone="$phone" password=secret12 >/dev/null
cookie=$(field '["cookies"][0].split(";")[0]' <"$work/answer.json")
synced=$(call sealtalk/user_sync cookie="$cookie")
[[ $(field '["result"]["user"]["nickname"]' <<<"$synced") == "Tony $phone" ]]

echo "all functions of the story answered"
