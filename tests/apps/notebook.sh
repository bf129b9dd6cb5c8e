#!/bin/bash
# The notebook in docs runs from its first cell to its last over a dataset, and draws its pictures.
#   notebook.sh DATASET FOLDER        jupyter (nbclient, ipykernel) and matplotlib must be on the PATH
set -euo pipefail
notebook=$(dirname "$0")/../../docs/notebook/dataset.ipynb
rm -rf "$2"; mkdir -p "$2"
NIANBAO_DATASET=$(realpath "$1") NIANBAO_PICTURES=$(realpath "$2") jupyter execute "$notebook" 2> "$2/log" || { tail -n 40 "$2/log"; exit 1; }
for picture in trend coverage checks; do
  bytes=$(stat -c %s "$2/$picture.png")
  [ "$bytes" -gt 10000 ] || { echo "$picture.png has $bytes bytes: there is nothing in it"; exit 1; }
  [ -e "$notebook" ] && [ -e "$(dirname "$notebook")/$picture.png" ] || { echo "docs/notebook/$picture.png is missing; make picture draws it"; exit 1; }
done
echo "the notebook runs from start to end and draws three pictures"
