#!/usr/bin/env bash
# The whole run over 30,000 invented reports against reading the same files, in turn, warm cache; medians of several
# rounds; then each format by itself (benches/formats.sh). Prints the tables and writes them to docs/performance.md.
#   NIANBAO=path/to/program PYTHON=python-with-polars-and-pyarrow FILES=30000 ROUNDS=5 bash benches/bench.sh
set -euo pipefail
cd "$(dirname "$0")/.."
nianbao=${NIANBAO:-target/release/nianbao}
files=${FILES:-30000}
rounds=${ROUNDS:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$nianbao" synth "$work/synth" --reports "$files" --seed 1 --traditional 0.1 --gb18030 0.1666 >/dev/null
archive=$work/synth/archive
bytes=$(find "$archive" -type f -printf '%s\n' | awk '{ s += $1 } END { print s }')
count=$(find "$archive" -type f | wc -l)

seconds() { # runs a command, prints its wall time
  local start=$EPOCHREALTIME
  "$@" >/dev/null
  awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f\n", b - a }'
}
read_files() { find "$archive" -type f -print0 | xargs -0 cat; }
run() { "$nianbao" run pipelines/township.toml --archive "$archive" --out "$work/dataset" --full --quiet; }
median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

read_files >/dev/null
run
for _ in $(seq "$rounds"); do
  seconds read_files >>"$work/read"
  seconds run >>"$work/run"
done
memory=$(grep -o '"peak_memory_bytes": [0-9]*' "$work/dataset/run.json" | grep -o '[0-9]*$')
# The rounds above read every file (--full). From here on, the nightly run: nothing changed, and one file of a hundred.
look() { find "$archive" -type f -printf '%p %s %T@\n'; }
incremental() { "$nianbao" run pipelines/township.toml --archive "$archive" --out "$work/dataset" --quiet; }
changed=$((count / 100))
change() { find "$archive" -type f -name '*.txt' | sort | awk -v n="$((count / changed))" 'NR % n == 0' | while read -r file; do echo >>"$file"; done; }
incremental
version=$(readlink "$work/dataset")
for _ in $(seq "$rounds"); do
  seconds look >>"$work/find"
  seconds incremental >>"$work/same"
done
[ "$(readlink "$work/dataset")" = "$version" ] || { echo "a version was published though nothing changed" >&2; exit 1; }
for _ in $(seq "$rounds"); do
  change
  seconds incremental >>"$work/some"
done
paste "$work/same" "$work/find" | awk '{ printf "%.2f\n", $1 / $2 }' >"$work/same-ratio"
paste "$work/run" "$work/read" | awk '{ printf "%.2f\n", $1 / $2 }' >"$work/ratio"
bash benches/formats.sh >"$work/formats"

{
  echo "# Speed, measured · 速度"
  echo
  echo "\`make bench\` writes this page: $rounds rounds in turn, warm cache, release build, $(nproc) cores, medians."
  echo
  awk -v n="$count" -v b="$bytes" -v r="$(median <"$work/run")" -v c="$(median <"$work/read")" -v q="$(median <"$work/ratio")" -v m="$memory" 'BEGIN {
    print "| what | figure |"; print "| --- | --- |"
    printf "| files | %d, %.1f MB, %.1f KB each |\n", n, b / 1e6, b / n / 1e3
    printf "| reading them (`find -print0 \\| xargs -0 cat`) | %.2f s |\n", c
    printf "| the whole run | %.2f s |\n", r
    printf "| ratio, median of the rounds | %.1f |\n", q
    printf "| reports a second | %.0f |\n", n / r
    printf "| MB a second | %.1f |\n", b / 1e6 / r
    printf "| peak memory | %.0f MiB |\n", m / 1048576
  }'
  awk -v f="$(median <"$work/find")" -v s="$(median <"$work/same")" -v q="$(median <"$work/same-ratio")" -v p="$(median <"$work/some")" -v n="$changed" 'BEGIN {
    printf "| walking them (`find -type f -printf \"%%p %%s %%T@\\n\"`) | %.3f s |\n", f
    printf "| a run in which nothing changed | %.3f s |\n", s
    printf "| ratio to find, median of the rounds | %.1f |\n", q
    printf "| a run in which %d files changed (1 %%) | %.2f s |\n", n, p
  }'
  echo
  echo "Ratios of the single rounds: $(paste -sd' ' "$work/ratio")."
  echo
  echo "## By format, on one core · 各格式"
  echo
  echo "The same invented reports in every format, from walk to dataset on one thread. Times are the processor's (user and system);"
  echo "a run over one file, which is the start, is taken off. \`zip\`, \`tar.zst\` and \`warc\` hold the pages of \`html\` in one file,"
  echo "and their KB and MB are those of that file."
  echo
  cat "$work/formats"
} | tee docs/performance.md
