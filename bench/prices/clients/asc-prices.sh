#!/bin/sh
# A price change over all territories by `asc`: its plan as a file, then its import, which writes one territory after another.
# `asc-prices.sh SUBSCRIPTION TERRITORY PRICE START_DATE`, in an empty directory. ASC and NODE name the programs.
set -e
"$ASC" subscriptions pricing equalize --subscription-id "$1" --base-territory "$2" --base-price "$3" \
  --dry-run --output json > plan.json 2> /dev/null
"$NODE" -e '
  const { territories } = JSON.parse(require("fs").readFileSync("plan.json", "utf8"));
  console.log("territory,price,price_point_id");
  for (const { territory, price, pricePointId } of territories) console.log([territory, price, pricePointId].join(","));
' > prices.csv
"$ASC" subscriptions pricing prices import --subscription-id "$1" --input prices.csv --start-date "$4" --preserved \
  --output json
