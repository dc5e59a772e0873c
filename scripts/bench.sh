#!/usr/bin/env bash
# Builds the functions as they are deployed and measures them. `scripts/bench.sh --quick` keeps what is built already;
# `scripts/bench.sh gifts` measures only how many gifts a second one person can be given, and `scripts/bench.sh costs` only what
# requests cost: neither needs the functions. `scripts/bench.sh sockets 10000` measures what so many idle WebSockets hold in the memory
# of the local server, 2,000 unless said, and `scripts/bench.sh chat 250` how many messages they carry of so many a second, 500 unless said. Both run the server as a
# process of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ -z ${1:-} ]]; then
  cargo build --release -p lightup -p sealtalk -p live -p m_user -p chat -p files
  cargo build --release -p kit --example hello
fi
if [[ ${1:-} == sockets || ${1:-} == chat ]]; then
  ulimit -n "$(ulimit -Hn)"
  cargo build --release -p local
fi
cargo run --quiet -p tests --example bench -- "$@"
