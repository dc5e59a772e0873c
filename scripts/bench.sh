#!/usr/bin/env bash
# Builds the functions as they are deployed and measures them. `scripts/bench.sh --quick` keeps what is built already;
# `scripts/bench.sh gifts` measures only how many gifts a second one person can be given, and `scripts/bench.sh costs` only what
# requests cost: neither needs the functions.
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ -z ${1:-} ]]; then
  cargo build --release -p lightup -p sealtalk -p live -p m_user -p chat -p files
  cargo build --release -p kit --example hello
fi
cargo run --quiet -p tests --example bench -- "$@"
