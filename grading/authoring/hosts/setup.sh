#!/usr/bin/env bash
# Gradescope runs this once, when the zip is uploaded: everything at the versions of requirements.lock, into .venv.
set -euo pipefail
cd "${AUTOGRADER_ROOT:-/autograder}/source"
if command -v apt-get > /dev/null && [ "$(id -u)" = 0 ]; then
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends python3 python3-venv bubblewrap libseccomp2
fi
"${PYTHON:-python3}" binder/install.py grading
