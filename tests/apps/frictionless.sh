#!/bin/bash
# The dataset's datapackage.json is valid, and so are the tables that it describes as CSV.
#   frictionless.sh DATASET        the program frictionless must be on the PATH
set -euo pipefail
cd "$1"
frictionless validate datapackage.json
