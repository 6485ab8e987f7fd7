# Daily sales by a client of PyPI, as a script of one's own does it: `run_sales.py CLIENT OUTPUT AT_ONCE DAY…`. OUTPUT: `print`, or
# `table` for a Parquet file of all days, by the statements in SALES_SQL.
import csv
import os
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

client, output, at_once, *days = sys.argv[1:]
key_id, issuer, vendor = (os.environ[name] for name in ("ASC_KEY_ID", "ASC_ISSUER_ID", "ASC_VENDOR_NUMBER"))
key_file = os.environ["ASC_PRIVATE_KEY_PATH"]


def by_appstoreconnect():
    from appstoreconnect import Api
    from appstoreconnect.api import APIError

    api = Api(key_id, key_file, issuer, submit_stats=False)

    def download(day):
        filters = {
            "vendorNumber": vendor,
            "reportType": "SALES",
            "reportSubType": "SUMMARY",
            "frequency": "DAILY",
            "reportDate": day,
        }
        try:
            text = api.download_sales_and_trends_reports(filters=filters)
        except APIError:
            return []
        return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))

    return download


def by_dlt_source():
    from dlt_source_app_store_connect.client import BASE_URL, AppStoreConnectClient

    with open(key_file) as file:
        api = AppStoreConnectClient(key_id, issuer, file.read())

    def download(day):
        return api.download_tsv(
            f"{BASE_URL}/salesReports",
            params={
                "filter[vendorNumber]": vendor,
                "filter[reportType]": "SALES",
                "filter[reportSubType]": "SUMMARY",
                "filter[frequency]": "DAILY",
                "filter[reportDate]": day,
                "filter[version]": "1_0",
            },
        )

    return download


def print_units(day, rows):
    units = defaultdict(int)
    for row in rows:
        parent = (row["Parent Identifier"] or "").strip()
        units[parent or row["SKU"].strip()] += int(row["Units"])
    for app, count in units.items():
        print(day, app, count, sep="\t", flush=True)


def keep(day, rows):
    with open(f"{day}.tsv", "w") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None)
        writer.writeheader()
        writer.writerows(rows)


download = {"appstoreconnect": by_appstoreconnect, "dlt-source-app-store-connect": by_dlt_source}[client]()


def fetch(day):
    rows = download(day)
    if rows:
        (print_units if output == "print" else keep)(day, rows)


with ThreadPoolExecutor(int(at_once)) as threads:
    list(threads.map(fetch, days))
if output == "table":
    import duckdb

    with open(os.environ["SALES_SQL"]) as file:
        copy, select = file.read().split(";")[:2]
    duckdb.execute(copy)
    for row in duckdb.execute(select).fetchall():
        print(*row, sep="\t")
