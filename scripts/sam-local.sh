#!/usr/bin/env bash
# Runs the functions as Lambda does, in containers, against a running `cargo run`, and checks what they answer.
#
#     cargo run -- --port 3000 --ephemeral                # in another terminal
#     scripts/sam-local.sh 3000                           # builds, then the story of two people through all functions
#     scripts/sam-local.sh 3000 account/login             # one event of events/, with what is built already
#     scripts/sam-local.sh 3000 all                       # every event of events/, each answered below 500
#
# Needs Docker, curl, python3, and sam and cargo-lambda (`scripts/tools.sh all`). SAM_INVOKE_FLAGS is added to each
# `sam local invoke`, such as --skip-pull-image or --debug.
set -euo pipefail
cd "$(dirname "$0")/.."

base=http://127.0.0.1:${1:-3000}
export PATH=$PWD/.tools/bin:$PATH SAM_CLI_TELEMETRY=0
# The stand-ins know this pair of credentials.
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-us-east-1}
work=$PWD/.aws-sam/local
mkdir -p "$work"

field() { python3 -c 'import json, sys; print(json.load(sys.stdin)'"$1"')'; }

health=$(curl -fsS "$base/_local/health") || { echo "nothing answers at $base: start cargo run -- --port ${1:-3000}" >&2; exit 2; }

# The variables of local/sam-variables.json, with the ports that `cargo run` has this time.
python3 - "$base" "$health" >"$work/variables.json" <<'PYTHON'
import json, sys, urllib.parse
base, health = sys.argv[1], json.loads(sys.argv[2])
variables = json.load(open("local/sam-variables.json"))
for service in ("dynamodb", "s3", "sns"):
    port = urllib.parse.urlsplit(health[service]).port
    variables["Parameters"][f"AWS_ENDPOINT_URL_{service.upper()}"] = f"http://host.docker.internal:{port}"
variables["Parameters"]["MEDIA_BASE"] = base
variables["Parameters"]["PUSH_ENDPOINT"] = f"http://host.docker.internal:{urllib.parse.urlsplit(base).port}"
print(json.dumps(variables))
PYTHON

# An event with other values for some fields of its form or JSON body, and another `cookie`, `device` or, where the path names a file
# or a person, another `path`.
event() {
  python3 - "$@" <<'PYTHON'
import base64, json, sys, urllib.parse
event = json.load(open(f"events/{sys.argv[1]}.json"))
changes = dict(pair.split("=", 1) for pair in sys.argv[2:])
if cookie := changes.pop("cookie", None):
    event["cookies"] = [cookie]
if device := changes.pop("device", None):
    event["headers"] = {name: value for name, value in event["headers"].items() if name.lower() != "x-device-id"}
    event["headers"]["x-device-id"] = device
if path := changes.pop("path", None):
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    event["pathParameters"] = {"proxy": path.split("/", 2)[2]}
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

# An event of a socket with another session, and perhaps another text.
socket_event() {
  python3 - "$@" <<'PYTHON'
import json, sys
event = json.load(open(f"events/push/{sys.argv[1]}.json"))
if event["requestContext"]["eventType"] == "CONNECT":
    event["headers"]["Cookie"] = sys.argv[2]
    event["multiValueHeaders"]["Cookie"] = [sys.argv[2]]
else:
    event["body"] = sys.argv[2]
print(json.dumps(event))
PYTHON
}

# Opens a socket here with a session, starts, says so on stdout, and then shows the first message that somebody has written.
listen() {
  python3 - "$base" "$1" <<'PYTHON'
import base64, json, os, socket, struct, sys, urllib.parse
url = urllib.parse.urlsplit(sys.argv[1])
wire = socket.create_connection((url.hostname, url.port), 60)
key = base64.b64encode(os.urandom(16)).decode()
wire.sendall((f"GET /android/websocket/ HTTP/1.1\r\nHost: {url.netloc}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nCookie: {sys.argv[2]}\r\n\r\n").encode())
stream = wire.makefile("rb")
status = stream.readline()
if b" 101 " not in status:
    sys.exit(status)
while stream.readline() != b"\r\n":
    pass
def say(text):
    mask, text = os.urandom(4), text.encode()
    masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(text))
    wire.sendall(bytes([0x81, 0x80 | len(text)]) + mask + masked)
def hear():
    _, length = stream.read(2)
    if length == 126:
        (length,) = struct.unpack(">H", stream.read(2))
    return json.loads(stream.read(length))
say('{"status":0,"pushId":"","message":"start"}')
print(hear()["message"], flush=True)
while True:
    for message in hear()["message"]:
        if message["type"] == 1:
            sys.exit(print(message["info"][0]["content"]))
PYTHON
}

# Sends the event on stdin to the function of a group; its answer is the last line on stdout.
invoke() {
  local function
  function=$(awk -v binary="$1" '/^  [A-Za-z]+:$/ { id = $1 } $1 == "Binary:" && $2 == binary { sub(":", "", id); print id }' template.yaml)
  # shellcheck disable=SC2086  # flags are words
  sam local invoke "$function" --env-vars "$work/variables.json" --event - \
    ${SAM_INVOKE_FLAGS:-} 2>"$work/invoke.log" | tail -n 1 >"$work/answer.json" || { cat "$work/invoke.log" >&2; return 1; }
  cat "$work/answer.json"
}

# The body of an answer with this status; fails with any other.
answered() {
  python3 -c '
import json, sys
answer = json.load(sys.stdin)
status, body = answer.get("statusCode"), answer.get("body") or ""
print(f"{sys.argv[2]}: {status} {body[:150]}", file=sys.stderr)
sys.exit(f"expected status {sys.argv[1]}") if str(status) != sys.argv[1] else print(body)
' "$1" "$2" || { cat "$work/invoke.log" >&2; return 1; }
}

# `call GROUP/OPERATION FIELD=VALUE...`: the event with these fields, sent to its function, must succeed.
call() {
  event "$@" | invoke "${1%%/*}" | answered 200 "$1"
}

# curl to an address that functions sign: their name for this machine need not be known to it.
from_here() { curl -fsS --connect-to host.docker.internal::127.0.0.1: "$@"; }

# The events of all functions, by containers that stay: each function is started once. What they answer is counted by its status.
if [[ ${2:-} == all ]]; then
  port=$(python3 -c 'import socket; it = socket.socket(); it.bind(("127.0.0.1", 0)); print(it.getsockname()[1])')
  # shellcheck disable=SC2086  # flags are words
  sam local start-lambda --port "$port" --warm-containers LAZY --env-vars "$work/variables.json" ${SAM_INVOKE_FLAGS:-} >"$work/lambda.log" 2>&1 &
  service=$!
  trap 'kill "$service" 2>/dev/null; wait "$service" 2>/dev/null || true' EXIT
  until curl -s -o /dev/null "http://127.0.0.1:$port/"; do kill -0 "$service" && sleep 1; done
  python3 - "$port" <<'PYTHON'
import collections, glob, json, re, sys, urllib.request
binaries = dict((binary, name) for name, binary in re.findall(r"^  (\w+):\n(?:    .*\n)*?        Binary: (\w+)$", open("template.yaml").read(), re.M))
seen, failed = collections.Counter(), []
for path in sorted(glob.glob("events/*/*.json")):
    function = binaries[path.split("/")[1]]
    url = f"http://127.0.0.1:{sys.argv[1]}/2015-03-31/functions/{function}/invocations"
    with urllib.request.urlopen(urllib.request.Request(url, open(path, "rb").read()), timeout=120) as answered:
        answer = json.load(answered)
    status = answer.get("statusCode", 599)
    seen[status] += 1
    if status >= 500:
        failed.append(f"{path}: {answer}")
print(sum(seen.values()), "events:", ", ".join(f"{count} answered with {status}" for status, count in sorted(seen.items())))
sys.exit("\n".join(failed) or None)
PYTHON
  exit
fi

if [[ -n ${2:-} ]]; then
  event "$2" | invoke "${2%%/*}"
  exit
fi

sam build

# A number that all three APIs with numbers take for one of a mobile phone.
phone=139$(python3 -c 'import random; print(random.randint(10**7, 10**8 - 1))')
call account/register phone_number="$phone" >/dev/null

# The function sent the code through SNS; the stand-in shows it.
code=$(curl -fsS "$base/_local/sms?phone=$phone" | field '[-1]["message"]' | grep -oE '[0-9]{6}')
signed_in=$(call account/validate_sms phone_number="$phone" validate_code="$code")
user=$(field '["data"]["user_id"]' <<<"$signed_in")
session=(user_id="$user" access_token="$(field '["data"]["access_token"]' <<<"$signed_in")")

questions=$(call procedure/get_random_questions "${session[@]}")
[[ $(field '["data"]["questions"].__len__()' <<<"$questions") == 3 ]]

upload=$(call media/upload_request_video "${session[@]}")
[[ -n $(field '["data"]["fields"]["key"]' <<<"$upload") ]]

call account/change_password phone_number="$phone" password=secret12 >/dev/null
call account/change_personal_info "${session[@]}" personal_info="{\"nickname\":\"Tony $phone\",\"sex\":\"male\"}" >/dev/null

# A portrait: a form that one function signs, the file straight to the bucket, and its stable URL, which another function
# redirects to where the file is.
printf '\x89PNG\r\n\x1a\n%s' "the portrait of $user" >"$work/portrait.png"
upload=$(call account/upload_portrait_request "${session[@]}")
mapfile -t form < <(python3 -c '
import json, sys
for name, value in json.load(sys.stdin)["data"]["fields"].items():
    print("--form-string", f"{name}={value}", sep="\n")
' <<<"$upload")
from_here "$(field '["data"]["url"]' <<<"$upload")" "${form[@]}" -F "file=@$work/portrait.png" >/dev/null
call account/upload_portrait_confirm "${session[@]}" >/dev/null
portrait=$(call account/get_user_info "${session[@]}" target_id="$user" | field '["data"]["portrait"]')
[[ $portrait == "$base"/media/* ]]
event files/file path="${portrait#"$base"}" | invoke files | answered 302 files/file >/dev/null
from_here "$(field '["headers"]["location"]' <"$work/answer.json")" | cmp - "$work/portrait.png"

# The same person in SealTalk, with the same password.
call sealtalk/user_login phone="$phone" password=secret12 >/dev/null
cookie=$(field '["cookies"][0].split(";")[0]' <"$work/answer.json")
synced=$(call sealtalk/user_sync cookie="$cookie")
[[ $(field '["result"]["user"]["nickname"]' <<<"$synced") == "Tony $phone" ]]

# And in Live, where they have no coins yet.
token=$(call live/log userId="$phone" password=secret12 | field '["message"]')
balance=$(call live/golden_Balance token="$token")
[[ $(field '["message"]["coins"]' <<<"$balance") == 0 ]]

# Somebody else in m_user, where a device stands for a person.
device=sam-local-$phone
registered=$(call m_user/users_Register device="$device" nickname="Ann $phone")
person=$(field '["id"]' <<<"$registered")
homepage=$(call m_user/users_homepage device="$device" path="/m_user/users/$person/homepage")
[[ $(field '["nickname"]' <<<"$homepage") == "Ann $phone" ]]

# Two in Chat: one has a socket here, the other writes by a function in a container, which posts to that socket.
enter() {
  call chat/android_register phone="13$1" password=secret12 >/dev/null
  field '["cookies"][0].split(";")[0]' <"$work/answer.json"
}
ann=$(enter "7${phone:3}") bob=$(enter "6${phone:3}")
listen "$bob" >"$work/heard" &
listener=$!
trap 'kill "$listener" 2>/dev/null || true' EXIT
until grep -q ok "$work/heard"; do kill -0 "$listener" && sleep 1; done
socket_event connect "$ann" | invoke push | answered 200 push/connect >/dev/null
message=$(python3 -c '
import json, sys
ann, bob = (cookie.split("=")[1][:24] for cookie in sys.argv[1:])
push_id = f"{ann[:8]}-{ann[8:12]}-8{ann[12:15]}-8{ann[15:18]}-{ann[18:]}000000"
info = {"category": 0, "content": "hello from a container"}
message = {"chatId": "c1", "fromId": ann, "toId": bob, "type": 1, "info": [info]}
print(json.dumps({"status": 1, "pushId": push_id, "message": [message]}))
' "$ann" "$bob")
socket_event default "$message" | invoke push | answered 200 push/default >/dev/null
wait "$listener"
grep -q 'hello from a container' "$work/heard"

echo "all functions of the story answered"
