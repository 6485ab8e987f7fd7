"""One conversion by pandas (with pyarrow) or Polars, in a process of its own and on one thread: the same types,
compression and row groups as convert-once.ts. Prints seconds, megabytes and rows."""
import json
import resource
import sys
import time

engine, gzip_path, parquet_path, columns_json = sys.argv[1:5]
columns = json.loads(columns_json)

# Loading a library is not converting: the clock starts after it, as it does for the others.
if engine == "pandas":
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    started = time.perf_counter()
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    frame = pd.read_csv(gzip_path, sep="\t", compression="gzip", quoting=3, dtype="string[pyarrow]",
                        keep_default_na=False)
    frame["report_sha256"] = "bench"
    table = pa.Table.from_pandas(frame, preserve_index=False)
    del frame
    for index, name in enumerate(table.column_names):
        kind = columns.get(name, "string")
        if kind == "string":
            continue
        text = table.column(index)
        text = pc.if_else(pc.equal(text, ""), None, text)
        if kind == "date":
            typed = pc.strptime(text, format="%m/%d/%Y", unit="s").cast(pa.date32())
        else:
            typed = text.cast(pa.decimal128(18, 2))
        table = table.set_column(index, name, typed)
    pq.write_table(table, parquet_path, compression="zstd", compression_level=1, row_group_size=50000)
    rows = table.num_rows
else:
    import polars as pl

    started = time.perf_counter()
    frame = pl.read_csv(gzip_path, separator="\t", quote_char=None, infer_schema=False)
    frame = frame.with_columns(
        [
            pl.col(name).str.to_date("%m/%d/%Y", strict=True)
            if kind == "date"
            else pl.col(name).cast(pl.Decimal(18, 2))
            for name, kind in columns.items()
            if kind != "string" and name in frame.columns
        ]
        + [pl.lit("bench").alias("report_sha256")]
    )
    frame.write_parquet(parquet_path, compression="zstd", compression_level=1, row_group_size=50000)
    rows = frame.height

seconds = time.perf_counter() - started
print(json.dumps({"seconds": seconds, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "rows": rows}))
