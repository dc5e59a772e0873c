# Every task of the project. `just` alone lists them; `just tools` installs what cargo does not bring.

set shell := ["bash", "-euo", "pipefail", "-c"]

tools := justfile_directory() / ".tools"
export PATH := tools / "bin" + ":" + env("PATH")
export SAM_CLI_TELEMETRY := "0"
export AWS_DEFAULT_REGION := env("AWS_DEFAULT_REGION", "us-east-1")

_list:
    @just --list --unsorted

# start everything on this machine
run *arguments:
    cargo run -- {{ arguments }}

# every test
test *arguments:
    cargo test --workspace {{ arguments }}

# what CI checks, the list of advisories aside
check: test fmt-check lint deny template

# format the code
fmt:
    cargo fmt --all

fmt-check:
    cargo fmt --all --check

# clippy, warnings are errors
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# dependencies: bans, licences, sources
deny:
    cargo deny --log-level error check bans licenses sources

# dependencies: known vulnerabilities, from a list on the network; CI does it as well
advisories:
    cargo deny --log-level error check advisories

# lint the templates
template:
    for template in template.yaml deploy/*.yaml; do sam validate --lint --template "$template"; done

# the tests over the DynamoDB at URL, such as DynamoDB Local without -sharedDb (docs/operations.md#the-tests-over-another-dynamodb)
test-dynamodb-local URL="http://127.0.0.1:8000" *arguments:
    TEST_DYNAMODB={{ URL }} cargo test --package tests --test it -- {{ arguments }}

# write the OpenAPI documents anew
openapi:
    for file in docs/api/*.json; do cargo run --quiet -- openapi "$(basename "$file" .json)" > "$file.new"; mv "$file.new" "$file"; done

# write down what the tests are answered as the examples of the OpenAPI documents, and these anew
answers:
    rm -f target/answers.jsonl
    -ANSWERS="$PWD/target/answers.jsonl" ANSWERS_UNCHECKED=1 cargo test --package tests --test it
    ANSWERS="$PWD/target/answers.jsonl" cargo test --package tests --test it -- --ignored openapi::answers::write_down_the_examples
    just openapi

# take the picture of the console in the README anew; needs a browser
picture:
    CONSOLE_BROWSER=required cargo test --package tests --test it console::picture -- --ignored

# write the payloads of the operations' examples anew
events:
    cargo run --quiet -- events events

# measure start time, sizes and costs
bench *arguments:
    scripts/bench.sh {{ arguments }}

# build the functions for `sam local` and the stack of the default environment
sam-build:
    sam build

# a story through all functions with `sam local invoke`, then every event of events/; PORT is where `cargo run` listens
sam-local PORT="3000":
    scripts/sam-local.sh {{ PORT }}
    scripts/sam-local.sh {{ PORT }} all

# build the functions as they are deployed, one zip each in target/lambda
package:
    cargo lambda build --release --arm64 --output-format zip --package lightup --package sealtalk --package live --package m_user --package chat --package files

# install sam, cargo-deny and cargo-lambda into .tools
tools:
    scripts/tools.sh all
