#!/usr/bin/env python3
"""Compare a dataset with what is true of the invented archive that it was made from.

  pip install polars
  nianbao synth A --reports 10000 --seed 1 --bare 0.3
  nianbao run pipelines/township.toml --archive A/archive --out D
  compare.py D A/truth.jsonl [--strict]

Figures: right, wrong (another number than the file states, or one where it states none), withheld. Places: of the reports
whose evidence leaves one place alone (`resolvable`, as the writer of the archive decided it), and of the others, how many
have the right code, a wrong one, or none. With --strict the exit code is 1 unless no figure is wrong, at least 99.5 % of
the resolvable reports have the right code, and no wrong code has a confidence of 0.9 or more."""

import argparse
import json
import sys

import polars as pl


def truth(path):
    """Rows of reports and of their cells."""
    reports, cells = [], []
    for line in open(path, encoding="utf-8"):
        t = json.loads(line)
        if t["outcome"] != "report":
            continue
        evidence = t.get("evidence", [])
        taught = not t["resolvable"] and bool({"folder", "host"} & set(evidence))
        reports.append((t["path"], t["code"], t["resolvable"], taught))
        cells += [(t["path"], k, None if isinstance(v, str) else float(v)) for k, v in t["cells"].items()]
    reports = pl.DataFrame(reports, schema={"path": str, "code": str, "resolvable": bool, "taught": bool}, orient="row")
    return reports, pl.DataFrame(cells, schema={"path": str, "indicator": str, "truth": float}, orient="row")


def figures(dataset, rows, cells):
    """Counts of figures, and the lines that say which are wrong."""
    values = pl.read_parquet(f"{dataset}/values/**/*.parquet", columns=["report_id", "indicator", "value", "status", "line"], hive_partitioning=False)
    got = values.filter(pl.col("value").is_not_null()).join(rows.select("report_id", "path", "checks_failed"), on="report_id")
    both = cells.join(got, on=["path", "indicator"], how="full", coalesce=True)
    given, true = pl.col("value").is_not_null(), pl.col("truth").is_not_null()
    wrong = both.filter(given & pl.col("value").ne_missing(pl.col("truth")))
    counts = {
        "stated": both.filter(true).height,
        "right": both.filter(given & true & (pl.col("value") == pl.col("truth"))).height,
        "wrong": wrong.height,
        "withheld": both.filter(true & ~given).height,
        "wrong_where_all_checks_hold": wrong.filter(pl.col("checks_failed") == 0).height,
    }
    lines = [f"{r['path']}:{r['line']}: {r['indicator']} is {r['value']} ({r['status']}), the file states {r['truth']}" for r in wrong.iter_rows(named=True)]
    return counts, lines


def places(both, which):
    """Counts of codes among the reports that `which` chooses."""
    some = both.filter(which)
    n = max(some.height, 1)
    right = some.filter(pl.col("division_code") == pl.col("code")).height
    wrong = some.filter(pl.col("division_code") != pl.col("code"))
    return {
        "reports": some.height,
        "right": right,
        "wrong": wrong.height,
        "null": some.filter(pl.col("division_code").is_null()).height,
        "wrong_at_0.9": wrong.filter(pl.col("region_confidence") >= 0.9).height,
        "share_right": round(right / n, 5),
        "share_null": round(some.filter(pl.col("division_code").is_null()).height / n, 5),
    }


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("dataset")
    a.add_argument("truth")
    a.add_argument("--strict", action="store_true", help="exit 1 where a figure or a place falls short")
    a.add_argument("--show", type=int, default=10, help="how many wrong figures and places to name")
    o = a.parse_args()
    reports, cells = truth(o.truth)
    rows = pl.read_parquet(f"{o.dataset}/reports.parquet", columns=["report_id", "path", "division_code", "region_confidence", "region_evidence", "checks_failed", "checks_failed_years"])
    # What is invented of two years of one body does not follow from each other.
    rows = rows.with_columns(pl.col("checks_failed") - pl.col("checks_failed_years"))
    counts, lines = figures(o.dataset, rows, cells)
    # A file that is byte for byte another one has no row of its own.
    both = reports.join(rows, on="path")
    groups = {
        "resolvable": pl.col("resolvable"),
        "taught by the archive": pl.col("taught"),
        "neither": ~pl.col("resolvable") & ~pl.col("taught"),
    }
    result = {"reports": reports.height, "with a row": both.height, "figures": counts, "places": {k: places(both, w) for k, w in groups.items()}}
    print(json.dumps(result, indent=1, ensure_ascii=False))
    open_ones = both.filter(pl.col("resolvable") & pl.col("division_code").ne_missing(pl.col("code")))
    wrong = both.filter(pl.col("division_code") != pl.col("code"))
    for r in pl.concat([wrong, open_ones]).unique("path", maintain_order=True).head(o.show).iter_rows(named=True):
        lines.append(f"{r['path']}: the place is {r['division_code']} ({r['region_confidence']:.2f}, {'; '.join(r['region_evidence'])}), not {r['code']}")
    print("\n".join(lines[: 2 * o.show]), file=sys.stderr)
    good = result["places"]["resolvable"]
    ok = counts["right"] > 0 and counts["wrong"] == 0 and good["share_right"] >= 0.995 and not any(p["wrong_at_0.9"] for p in result["places"].values())
    return 0 if ok or not o.strict else 1


if __name__ == "__main__":
    sys.exit(main())
