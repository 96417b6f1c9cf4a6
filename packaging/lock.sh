#!/bin/sh
# Makes both lock files anew from pyproject.toml. Needs uv. No address of any server ends up in them.
set -eu
cd "$(dirname "$0")/.."
UV=${UV:-uv}
header='# Made by packaging/lock.sh from pyproject.toml; for Linux, macOS and Windows. Install: pip install --require-hashes -r THIS'

lock() { # lock OUTPUT [OPTION ...]
    out=$1
    shift
    {
        echo "$header"
        "$UV" pip compile pyproject.toml "$@" --universal --python-version 3.11 --generate-hashes \
            --no-header --no-emit-index-url --no-emit-find-links --no-annotate --quiet
    } >"$out.new"
    if grep -nE '://|--index|--find-links|--extra' "$out.new"; then
        echo "$out: an address got into the lock" >&2
        exit 1
    fi
    mv "$out.new" "$out"
}

lock requirements.lock
lock requirements-dev.lock --extra dev
