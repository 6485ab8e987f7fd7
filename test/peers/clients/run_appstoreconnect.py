# PyPI appstoreconnect: its tokens have no iat. It knows apps and reports; of prices nothing, so the price is read by
# its general call. Reads its order from the standard input, prints what it got.
import json
import sys

from appstoreconnect import Api
from appstoreconnect.api import BASE_API, APIError

order = json.load(sys.stdin)
api = Api(order["keyId"], order["privateKeyFile"], order["issuerId"], submit_stats=False)

sales = api.download_sales_and_trends_reports(
    filters={
        "vendorNumber": order["vendor"],
        "reportType": "SALES",
        "reportSubType": "SUMMARY",
        "frequency": "DAILY",
        "reportDate": order["day"],
    }
)
finance = api.download_finance_reports(
    filters={
        "vendorNumber": order["vendor"],
        "reportType": "FINANCIAL",
        "regionCode": "ZZ",
        "reportDate": order["month"],
    }
)


def walk(url):
    while url:
        page = api._api_call(url)
        yield from page["data"]
        url = page["links"].get("next")


prices = api._api_call(
    f"{BASE_API}/v1/subscriptions/{order['subscription']}/prices"
    f"?filter[territory]={order['territory']}&include=subscriptionPricePoint&filter[planType]=UPFRONT"
)
try:
    list(Api(order["keyId"], order["privateKeyFile"], order["wrongIssuerId"], submit_stats=False).list_apps())
    refusal = 200
except APIError as error:
    refusal = error.status_code

json.dump(
    {
        "sales": sales.removesuffix("\n").split("\n"),
        "finance": finance.removesuffix("\n").split("\n"),
        "territories": len(list(walk(f"{BASE_API}/v1/territories?limit=50"))),
        "apps": [app.name for app in api.list_apps()],
        "currentPrice": prices["included"][0]["attributes"]["customerPrice"],
        "refusal": refusal,
    },
    sys.stdout,
)
