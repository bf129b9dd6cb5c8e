#!/usr/bin/env bash
# Files and MB a second by format, on one core, as a table in Markdown. The same invented reports in every format
# (LibreOffice makes them), each many times over; the time of a run over one file is taken off, since it is the start.
#   NIANBAO=path/to/program PYTHON=python-with-polars REPORTS=60 COPIES=20 ROUNDS=3 bash benches/formats.sh
set -euo pipefail
cd "$(dirname "$0")/.."
nianbao=${NIANBAO:-target/release/nianbao}
python=${PYTHON:-out/apps/bin/python}
copies=${COPIES:-20}
rounds=${ROUNDS:-3}
formats=${FORMATS:-txt,html,docx,doc,rtf,xlsx,xls,ods}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" tests/apps/formats.py "$nianbao" "$work/made" --reports "${REPORTS:-60}" --formats "$formats" --only-make >&2

seconds() { # the wall time of a run over a folder, on one core
  local start=$EPOCHREALTIME
  RAYON_NUM_THREADS=1 "$nianbao" run pipelines/township.toml --archive "$1" --out "$work/dataset" --quiet >/dev/null
  awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.4f\n", b - a }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

echo "| format | files | KB each | files a second | MB a second |"
echo "| --- | --- | --- | --- | --- |"
for format in ${formats//,/ }; do
  one=$work/one/$format all=$work/all/$format
  mkdir -p "$one" "$all"
  first=$(find "$work/made/archive/$format" -type f | sort | head -1)
  ln "$first" "$one/"
  for copy in $(seq "$copies"); do cp -al "$work/made/archive/$format" "$all/$copy"; done
  count=$(find "$all" -type f | wc -l)
  bytes=$(find "$all" -type f -printf '%s\n' | awk '{ s += $1 } END { print s }')
  for _ in $(seq "$rounds"); do
    seconds "$one" >>"$work/$format.one"
    seconds "$all" >>"$work/$format.all"
  done
  awk -v f="$format" -v n="$count" -v b="$bytes" -v o="$(median <"$work/$format.one")" -v a="$(median <"$work/$format.all")" 'BEGIN {
    s = a - o; printf "| %s | %d | %.1f | %.0f | %.1f |\n", f, n, b / n / 1e3, n / s, b / 1e6 / s
  }'
done
