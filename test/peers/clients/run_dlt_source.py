# PyPI dlt-source-app-store-connect: its client, which its dlt source uses for every resource. It has no writes, so the
# price is read. Reads its order from the standard input, prints what it got.
import json
import sys

import requests
from dlt_source_app_store_connect.client import BASE_URL, AppStoreConnectClient

order = json.load(sys.stdin)
with open(order["privateKeyFile"]) as file:
    private_key = file.read()
client = AppStoreConnectClient(order["keyId"], order["issuerId"], private_key)


def lines(rows):
    return ["\t".join(rows[0].keys())] + ["\t".join("" if v is None else v for v in row.values()) for row in rows]


sales = client.download_tsv(
    f"{BASE_URL}/salesReports",
    params={
        "filter[vendorNumber]": order["vendor"],
        "filter[reportType]": "SALES",
        "filter[reportSubType]": "SUMMARY",
        "filter[frequency]": "DAILY",
        "filter[reportDate]": order["day"],
        "filter[version]": "1_0",
    },
)
finance = client.download_tsv(
    f"{BASE_URL}/financeReports",
    params={
        "filter[vendorNumber]": order["vendor"],
        "filter[reportType]": "FINANCIAL",
        "filter[regionCode]": "ZZ",
        "filter[reportDate]": order["month"],
    },
)
territories = list(client.get_paginated("territories", params={"limit": 50}))
prices = client.get(
    f"subscriptions/{order['subscription']}/prices",
    params={"filter[territory]": order["territory"], "include": "subscriptionPricePoint", "filter[planType]": "UPFRONT"},
)
try:
    AppStoreConnectClient(order["keyId"], order["wrongIssuerId"], private_key).get("apps")
    refusal = 200
except requests.exceptions.HTTPError as error:
    refusal = error.response.status_code

json.dump(
    {
        "sales": lines(sales),
        "financeRows": len(finance),
        "territories": len(territories),
        "apps": [app["attributes"]["name"] for app in client.get_paginated("apps")],
        "currentPrice": prices["included"][0]["attributes"]["customerPrice"],
        "refusal": refusal,
    },
    sys.stdout,
)
