#!/usr/bin/env bash
# Publishes a test picture to a publishing server of this machine, and checks that the hooks of a running `cargo run` decide who
# may: nginx-rtmp on 127.0.0.1:1935, HLS and FLV on 127.0.0.1:8080, as the local settings have it.
#
#     cargo run -- --ephemeral                            # in another terminal
#     scripts/rtmp.sh 3000 TOKEN                          # the port, and the token of somebody who is signed in
#     scripts/rtmp.sh --stand-in                          # nginx and ffmpeg alone, against a stand-in for the API
#
# Needs curl, python3, ffmpeg, and nginx with its RTMP module: apt-get install ffmpeg nginx libnginx-mod-rtmp. Not part of CI.
set -euo pipefail
cd "$(dirname "$0")/.."

secret=${RTMP_HOOK_SECRET:-local-hook-secret}
work=$(mktemp -d)
processes=()
finish() {
  for process in "${processes[@]}"; do kill "$process" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

fail() { echo "rtmp.sh: $1" >&2; [ -s "$work/error.log" ] && tail -5 "$work/error.log" >&2; exit 1; }
step() { echo "- $1"; }
field() { python3 -c 'import json, sys; print(json.load(sys.stdin)'"$1"')'; }

# Repeats a command for a while.
until_true() {
  local tries=$1; shift
  for _ in $(seq "$tries"); do "$@" && return 0; sleep 1; done
  return 1
}

if [ "${1:-}" = --stand-in ]; then
  base=http://127.0.0.1:3999 token=stand-in
  cat >"$work/api.py" <<'PYTHON'
# Who has the one key may publish; a room is on from its opening until its publisher has been gone for a minute of its clock.
import http.server, json, sys, time, urllib.parse
secret, title, key = sys.argv[1], "0123456789abcdef01234567", "0123456789abcdef"
until, ahead, connected = 0, 0, set()
def now(): return time.time() + ahead
class Api(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        global until, ahead
        url, body = urllib.parse.urlsplit(self.path), self.rfile.read(int(self.headers["content-length"] or 0)).decode()
        form, query = dict(urllib.parse.parse_qsl(body)), dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/room":
            until = now() + 86400 if "live" in form else 0
            host = "127.0.0.1:1935"
            stream = {"hub": "live", "title": title, "publishKey": key,
                      "publishUrl": f"rtmp://{host}/live/{title}?key={key}",
                      "playUrl": {"ORIGIN": f"rtmp://{host}/live/{title}", "HLS": f"http://127.0.0.1:8080/live/{title}.m3u8"}}
            return self.say(200, {"result": "0000", "message": json.dumps(stream), "stream": stream})
        if url.path == "/friend":
            return self.say(200, {"result": "0000", "message": {"liveStatus": "on" if now() < until else "off"}})
        if url.path == "/_local/clock":
            ahead += json.loads(body)["advance_seconds"]
            return self.say(200, {})
        print(url.path, form, file=sys.stderr, flush=True)
        known = query.get("secret") == secret and form.get("name") == title and form.get("key") == key
        if not known or now() >= until:
            return self.say(403, {})
        if url.path.endswith("/publish"):
            connected.add(form["clientid"])
        else:
            connected.discard(form["clientid"])
        until = now() + (86400 if connected else 60)
        self.say(204, None)
    def say(self, status, value):
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("127.0.0.1", 3999), Api).serve_forever()
PYTHON
  python3 "$work/api.py" "$secret" 2>"$work/hooks.log" &
  processes+=($!)
  until_true 5 curl -s -o /dev/null --data x= "$base/friend" || fail "the stand-in does not answer"
else
  [ $# -eq 2 ] || { echo "usage: scripts/rtmp.sh PORT TOKEN | --stand-in" >&2; exit 2; }
  base=http://127.0.0.1:$1 token=$2
  curl -fsS -o /dev/null "$base/_local/health" || fail "nothing answers at $base: start cargo run -- --port $1"
fi
# A token begins with the number of whom it is.
phone=${token%%.*}

cat >"$work/nginx.conf" <<NGINX
load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
daemon off;
worker_processes 1;
pid $work/nginx.pid;
error_log $work/error.log info;
events { worker_connections 64; }
rtmp {
  # Hooks are sent as POST forms.
  server {
    listen 127.0.0.1:1935;
    application live {
      live on;
      drop_idle_publisher 10s;
      # Only those whom the API allows publish; a redirect or an error is a refusal.
      on_publish $base/live/hooks/publish?secret=$secret;
      on_publish_done $base/live/hooks/publish_done?secret=$secret;
      hls on;
      hls_path $work/hls;
      hls_fragment 1s;
      hls_playlist_length 10s;
    }
  }
}
http {
  access_log off;
  client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/fastcgi;
  uwsgi_temp_path $work/uwsgi; scgi_temp_path $work/scgi;
  types { application/vnd.apple.mpegurl m3u8; video/mp2t ts; }
  server {
    listen 127.0.0.1:8080;
    location /live { alias $work/hls; add_header Cache-Control no-cache; }
  }
}
NGINX
mkdir "$work/hls"
# Workers of root's nginx run as nobody.
[ "$(id -u)" = 0 ] && { chmod 711 "$work"; chmod 777 "$work/hls"; }
nginx -p "$work" -c "$work/nginx.conf" -e "$work/error.log" &
processes+=($!)
until_true 5 curl -s -o /dev/null http://127.0.0.1:8080/ || fail "nginx does not start"

room() { curl -fsS "$base/room" --data-urlencode "token=$token" --data "$1=1" --data "title=test"; }
status() {
  curl -fsS "$base/friend" --data-urlencode "token=$token" --data "search=1&userId=$phone" | field '["message"]["liveStatus"]'
}
is() { [ "$(status)" = "$1" ]; }
# The time that a room stays open without its publisher is over.
closes() { curl -fsS -o /dev/null "$base/_local/clock" --data '{"advance_seconds":60}' && is off; }

# Publishes for so many seconds, in the place of this shell.
encode() {
  exec ffmpeg -v error -re -f lavfi -i testsrc=size=320x240:rate=15 -f lavfi -i sine=frequency=440 -t "$1" \
    -c:v libx264 -preset ultrafast -tune zerolatency -g 15 -pix_fmt yuv420p -c:a aac -f flv "$2" 2>>"$work/ffmpeg.log"
}
publish() { (encode "$@"); }
plays() { timeout 10 ffprobe -v error -show_entries stream=codec_name -of csv=p=0 "$1" 2>/dev/null | grep -q h264; }

step "a room is opened"
opened=$(room live)
[ "$(field '["result"]' <<<"$opened")" = 0000 ] || fail "the room does not open: $opened"
stream() { python3 -c 'import json, sys; print(json.loads(json.load(sys.stdin)["message"])'"$1"')' <<<"$opened"; }
url=$(stream '["publishUrl"]') origin=$(stream '["playUrl"]["ORIGIN"]') hls=$(stream '["playUrl"]["HLS"]')
is on || fail "whoever opens a room is live"

step "a wrong key, no key and another title are refused"
for wrong in "${url%?key=*}?key=0123456789abcdee" "${url%?key=*}" "${url%/*}/ffffffffffffffffffffffff?key=${url#*?key=}"; do
  if publish 2 "$wrong"; then fail "published to $wrong"; fi
done
is on || fail "a refused publisher ends nothing"

step "the right key is accepted, and plays over RTMP and HLS"
encode 60 "$url" & publisher=$!
processes+=("$publisher")
until_true 15 plays "$origin" || fail "$origin does not play"
until_true 15 plays "$hls" || fail "$hls does not play"
is on || fail "whoever publishes is live"

step "a second publisher beside the first is refused"
if publish 2 "$url"; then fail "two publish to one stream"; fi
sleep 1
if closes; then fail "who is turned away ends what somebody publishes"; fi

step "the room closes some time after the publisher has stopped"
kill "$publisher"; wait "$publisher" 2>/dev/null || true
sleep 2
is on || fail "whoever stops stays live for a while"
until_true 3 closes || fail "the room stays open"
if publish 2 "$url"; then fail "a closed room is published to"; fi

step "who closes a room publishes to it no longer"
opened=$(room live)
url=$(stream '["publishUrl"]')
[ "$(room leave | field '["result"]')" = 0000 ] || fail "the room does not close"
is off || fail "whoever closes a room is not live"
if publish 2 "$url"; then fail "a closed room is published to"; fi
[ -s "$work/hooks.log" ] && [ -n "${VERBOSE:-}" ] && cat "$work/hooks.log"
echo "all as it should be"
