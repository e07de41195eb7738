#!/usr/bin/env bash
# Runs once, when Gradescope builds the container: installs a new enough Python, and the grader's packages in a virtual environment.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"

newest() {
    for name in python3.14 python3.13 python3.12 python3.11 python3; do
        if command -v "$name" > /dev/null && "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
            echo "$name"
            return
        fi
    done
}

python="$(newest)"
if [ -z "$python" ]; then
    apt-get update
    apt-get install -y python3.12 python3.12-venv || apt-get install -y python3.11 python3.11-venv || apt-get install -y python3 python3-venv
    python="$(newest)"
fi
if [ -z "$python" ]; then
    echo "The grader needs Python 3.11 or newer; choose a newer base image, such as Ubuntu 24.04, in the autograder's settings." >&2
    exit 1
fi
"$python" -m venv "$here/environment"
# A pip that accepts hashes in constraints.
"$here/environment/bin/python" -m pip install --no-cache-dir --upgrade "pip>=26.1"
"$here/environment/bin/python" -m pip install --no-cache-dir -r "$here/requirements.txt"
