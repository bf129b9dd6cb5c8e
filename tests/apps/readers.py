"""Other programs read the dataset: polars, pandas, DuckDB and PyArrow agree on every table and on the figures.

  python readers.py DATASET
Exits 1 with a line per difference."""

import glob
import os
import sys

import duckdb
import pandas
import polars
import pyarrow.dataset
import pyarrow.parquet

dataset = sys.argv[1]
faults = []
tables = sorted(os.path.basename(p)[:-8] for p in glob.glob(f"{dataset}/*.parquet"))
needed = {"reports", "panel", "checks", "files", "indicators", "problems", "rollup_county", "rollup_city", "rollup_province"}
if needed - set(tables):
    faults.append(f"tables are missing: {sorted(needed - set(tables))}")


def compare(name, readings):
    if len(set(readings.values())) != 1:
        faults.append(f"{name}: {readings}")


for table in tables:
    path = f"{dataset}/{table}.parquet"
    compare(f"{table}: rows and columns", {
        "polars": polars.read_parquet(path).shape,
        "pandas": pandas.read_parquet(path).shape,
        "pyarrow": pyarrow.parquet.read_table(path).shape,
        "duckdb": (lambda r: (r.shape[0], r.shape[1]))(duckdb.read_parquet(path)),
    })

values = f"{dataset}/values/**/*.parquet"
sums = {
    "polars": polars.read_parquet(values).filter(polars.col("status") == "reported")["value"].sum(),
    "duckdb": duckdb.sql(f"select sum(value) from read_parquet('{values}', hive_partitioning=false) where status = 'reported'").fetchall()[0][0],
    "pyarrow": pyarrow.dataset.dataset(f"{dataset}/values").to_table(columns=["value", "status"]).to_pandas().query("status == 'reported'")["value"].sum(),
    "pandas": pandas.concat(pandas.read_parquet(p) for p in glob.glob(values, recursive=True)).query("status == 'reported'")["value"].sum(),
}
compare("sum of the reported values", {k: round(float(v), 6) for k, v in sums.items()})
if not sums["polars"]:
    faults.append("no value was reported: the comparison says nothing")

wrong = polars.read_parquet(values).filter(~polars.col("status").is_in(["reported", "derived", "corrected"]) & polars.col("value").is_not_null())
if wrong.height:
    faults.append(f"{wrong.height} values stand beside a status that has none")
rollup = open(f"{dataset}/rollup_county.csv", "rb").read()
if not rollup.startswith(b"\xef\xbb\xbf"):
    faults.append("rollup_county.csv has no byte order mark: spreadsheets will not show its Chinese")

print("\n".join(faults))
print(f"{len(tables)} tables read by polars, pandas, DuckDB and PyArrow, {len(faults)} differences")
sys.exit(bool(faults))
