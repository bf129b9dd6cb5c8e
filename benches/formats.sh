#!/usr/bin/env bash
# Files and MB a second by format, on one core, as a table in Markdown. The same invented reports in every format
# (LibreOffice makes them), each many times over and each copy a little different; the time of a run over one file is
# taken off, since it is the start. Every file has to be read as a report, or there is no table.
#   NIANBAO=path/to/program PYTHON=python-with-polars-and-pyarrow REPORTS=60 COPIES=20 ROUNDS=3 bash benches/formats.sh
set -euo pipefail
cd "$(dirname "$0")/.."
nianbao=${NIANBAO:-target/release/nianbao}
python=${PYTHON:-out/apps/bin/python}
copies=${COPIES:-20}
rounds=${ROUNDS:-3}
formats=${FORMATS:-txt,html,docx,doc,rtf,xlsx,xls,ods,pdf}
containers=${CONTAINERS-zip,tar.zst,warc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" tests/apps/formats.py "$nianbao" "$work/made" --reports "${REPORTS:-60}" --formats "$formats" --only-make >&2

seconds() { # the processor's time of a run over a folder, on one core
  local TIMEFORMAT='%U %S'
  { time RAYON_NUM_THREADS=1 POLARS_MAX_THREADS=1 "$nianbao" run pipelines/township.toml --archive "$1" --out "$work/dataset" --full --quiet >/dev/null; } 2>&1 |
    awk 'NF == 2 { print $1 + $2; found = 1 } NF != 2 { print > "/dev/stderr" } END { exit !found }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
row() { # name, folder with one file, folder with all, files in it
  local bytes
  bytes=$(find "$3" -type f -printf '%s\n' | awk '{ s += $1 } END { print s }')
  for _ in $(seq "$rounds"); do
    seconds "$2" >>"$work/$1.one"
    seconds "$3" >>"$work/$1.all"
  done
  local reports
  reports=$(grep -o '"reports": [0-9]*' "$work/dataset/run.json" | head -1 | grep -o '[0-9]*$')
  [ "$reports" = "$4" ] || { echo "only $reports of $4 files were read as reports: $1 cannot be measured" >&2; exit 1; }
  awk -v f="$1" -v n="$4" -v b="$bytes" -v o="$(median <"$work/$1.one")" -v a="$(median <"$work/$1.all")" 'BEGIN {
    s = a - o
    if (s <= 0) { print f ": too few files to be measured" > "/dev/stderr"; exit 1 }
    printf "| %s | %d | %.1f | %.2f | %.0f | %.1f |\n", f, n, b / n / 1e3, s * 1e3 / n, n / s, b / 1e6 / s
  }'
}

echo "| format | files | KB each | ms a file | files a second | MB a second |"
echo "| --- | --- | --- | --- | --- | --- |"
for format in ${formats//,/ }; do
  one=$work/one/$format all=$work/all/$format
  mkdir -p "$one" "$work/all"
  cp "$(find "$work/made/archive/$format" -type f | sort | head -1)" "$one/"
  "$python" benches/copies.py "$work/made/archive/$format" "$all" "$copies"
  row "$format" "$one" "$all" "$(find "$all" -type f | wc -l)"
done
# The pages once more, in one container.
for container in ${containers//,/ }; do
  for amount in one all; do "$python" benches/copies.py --pack "$container" "$work/$amount/html" "$work/$amount/$container"; done
  row "$container" "$work/one/$container" "$work/all/$container" "$(find "$work/all/html" -type f | wc -l)"
done
