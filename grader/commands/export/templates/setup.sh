#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image: a Python of 3.11 or newer, and the
# grader in an environment of its own. The system's python3 stays Gradescope's.
# Written by `grader export`.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"

find_python() {
    local name
    for name in python3.15 python3.14 python3.13 python3.12 python3.11 python3; do
        if "$name" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    return 1
}

if ! python="$(find_python)"; then
    apt-get update
    apt-get install -y python3.11 python3.11-venv
    python=python3.11
elif ! "$python" -I -c 'import ensurepip' 2>/dev/null; then
    apt-get update
    apt-get install -y "$python-venv"
fi

cd "$root/source"
"$python" -I -m venv "$root/venv"
"$root/venv/bin/python" -I -m pip install --quiet --disable-pip-version-check \
    -c course/constraints.txt ./course
