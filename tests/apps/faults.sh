#!/usr/bin/env bash
# A full disk, a read-only target, errors of the device while reading, writing and syncing, a file that changes while it
# is read, clocks set back: a clear error that names the path, and the dataset that was there still in place.
# Needs gcc, and mount in a name space of its own (root, or user name spaces).
#   NIANBAO=path/to/program bash tests/apps/faults.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ -z "${FAULTS_INSIDE:-}" ]; then
  if [ "$(id -u)" = 0 ]; then how=(unshare --mount); else how=(unshare --mount --map-root-user); fi
  FAULTS_INSIDE=1 exec "${how[@]}" bash "$0" "$@"
fi
nianbao=$(realpath "${NIANBAO:-target/release/nianbao}")
work=$(mktemp -d)
mount -t tmpfs -o size=64m faults "$work"
trap 'umount -R "$work" 2>/dev/null; rmdir "$work"' EXIT
fail() { echo "faults.sh: $*" >&2; exit 1; }

cc -shared -fPIC -O1 -o "$work/faults.so" tests/apps/faults.c -ldl
"$nianbao" synth "$work/synth" --reports 60 --seed 21 >/dev/null
archive=$work/synth/archive
first() { find "$archive" -type f | sort | sed -n "${1}p"; }
run() { "$nianbao" run pipelines/township.toml --quiet --archive "$archive" --out "$@"; }
sum() { (cd -P "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum); }
# Exit code and message of a run that must fail.
must_fail() { # code words command…
  local code=$1 words=$2 got=0
  shift 2
  "$@" >"$work/said" 2>&1 || got=$?
  [ "$got" = "$code" ] || fail "exit code $got instead of $code: $(cat "$work/said")"
  grep -qF -- "$words" "$work/said" || fail "«$words» is not in: $(cat "$work/said")"
}
in_place() { # dataset sum
  [ "$(sum "$1")" = "$2" ] || fail "the old dataset changed"
  local left
  left=$(find "$1.versions" -maxdepth 1 \( -name '.staging-*' -o -name '.link-*' -o -name '*.seen-*' \))
  [ -z "$left" ] || fail "left behind: $left"
}

# --- disk full, with nothing left and with room for a part of a dataset
mkdir "$work/small"
mount -t tmpfs -o size=48m small "$work/small"
run "$work/small/d"
before=$(sum "$work/small/d")
whole=$(du -sLk "$work/small/d" | cut -f1)
for percent in 0 10 30 60 90; do
  free=$(df -k --output=avail "$work/small" | tail -1)
  head -c "$(((free - whole * percent / 100) * 1024))" /dev/zero >"$work/small/filler"
  must_fail 2 "$work/small/d" run "$work/small/d" --full
  grep -qE 'No space left|os error 28' "$work/said" || fail "no word of the full disk: $(cat "$work/said")"
  in_place "$work/small/d" "$before"
  rm "$work/small/filler"
done
umount "$work/small"
echo "disk full: a clear error, the old dataset in place"

run "$work/d"
before=$(sum "$work/d")

# --- read-only target
mkdir "$work/ro"
mount -t tmpfs -o size=32m ro "$work/ro"
run "$work/ro/d"
kept=$(sum "$work/ro/d")
rm "$(first 7)"
mount -o remount,ro "$work/ro"
must_fail 2 "Read-only file system" run "$work/ro/d"
grep -qF "$work/ro/d.versions" "$work/said" || fail "the path is not named: $(cat "$work/said")"
in_place "$work/ro/d" "$kept"
umount "$work/ro"
echo "read-only target: a clear error, the old dataset in place"

# --- errors of the device while writing and syncing
for name in values/ checks.parquet rollup.xlsx files.parquet datapackage.json run.json changes.parquet; do
  must_fail 2 "$work/d.versions/.staging-" env LD_PRELOAD="$work/faults.so" FAULT_WRITE="$name" "$nianbao" run pipelines/township.toml --quiet --archive "$archive" --out "$work/d"
  in_place "$work/d" "$before"
done
must_fail 2 "os error 5" env LD_PRELOAD="$work/faults.so" FAULT_SYNC=panel.parquet "$nianbao" run pipelines/township.toml --quiet --archive "$archive" --out "$work/d"
in_place "$work/d" "$before"
echo "error while writing or syncing: a clear error, the old dataset in place"

# --- error of the device in the middle of a file: one row, and the next run reads it
bad=$(first 11)
cp "$bad" "$work/copy"; cat "$work/copy" "$work/copy" >"$bad"
LD_PRELOAD="$work/faults.so" FAULT_READ="$(basename "$bad")" FAULT_AFTER=600 run "$work/d"
grep -q '"unreadable": 1' "$work/d/run.json" || fail "the unreadable file is not counted"
cp "$work/copy" "$bad"
run "$work/d"
! grep -q '"unreadable": [1-9]' "$work/d/run.json" || fail "it is still unreadable"
run "$work/full"
same() { diff -rq -x run.json -x changes.parquet -x report.html "$work/d/" "$work/full/" || fail "$1: differs from a full run"; }
same "after an error of the device"
# --- the same in a container, which is read member by member: what is larger than a file is opened as one alone
mkdir -p "$work/house/pipelines"
ln -s "$PWD/data" "$work/house/data"
ln -s "$PWD/pipelines/disclosure" "$work/house/pipelines/disclosure"
sed 's/^\(# *\)\?max_file_bytes.*/max_file_bytes = 40000/' pipelines/township.toml >"$work/house/pipelines/township.toml"
mkdir "$work/packed"
find "$archive" -name '*.txt' -size -30k | sort | python3 -c '
import sys, tarfile
with tarfile.open(sys.argv[1], "w") as pack:
    for number, path in enumerate(sys.stdin.read().split("\n")[:20]):
        pack.add(path, f"{number:02}.txt")
' "$work/packed/more.tar"
packed() { "$nianbao" run "$work/house/pipelines/township.toml" --quiet --archive "$work/packed" --out "$work/p"; }
LD_PRELOAD="$work/faults.so" FAULT_READ=more.tar FAULT_AFTER=60000 packed
grep -q '"unreadable": [1-9]' "$work/p/run.json" || fail "nothing of the container is unreadable"
packed
! grep -q '"unreadable": [1-9]' "$work/p/run.json" || fail "the container was not tried again"
kept=$(readlink "$work/p")
packed
[ "$(readlink "$work/p")" = "$kept" ] || fail "a container that is whole is read again and again"
echo "error while reading: one unreadable row, and the next run reads the file"

# --- a file that is cut short again and again while runs go on
torn=$(first 13)
cp "$torn" "$work/whole"
( while :; do head -c 2000 "$work/whole" >"$torn"; cat "$work/whole" >"$torn"; done ) &
writer=$!
for _ in 1 2 3 4 5 6; do run "$work/d"; done
kill "$writer"; wait "$writer" 2>/dev/null || true
cp "$work/whole" "$torn"
run "$work/d"
rm -rf "$work/full" "$work/full.versions"; run "$work/full"
same "after a file that was cut short"
echo "file cut short while it is read: the next run equals a full one"

# --- clock set back, and ahead
touch -d '2001-01-01' "$(first 15)"; echo >>"$(first 16)"; touch -d '2001-01-01' "$(first 16)"
touch -d '2099-01-01' "$(first 17)"; echo >>"$(first 18)"; touch -d '2099-01-01' "$(first 18)"
run "$work/d"
rm -rf "$work/full" "$work/full.versions"; run "$work/full"
same "with clocks set back and ahead"
echo "clock set back and ahead: what changed is read, whatever its time says"
