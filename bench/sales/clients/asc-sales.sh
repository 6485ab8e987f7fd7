#!/bin/sh
# Daily sales by `asc`, a process per day: `asc-sales.sh OUTPUT AT_ONCE DAY…`. OUTPUT: `print`, or `table` for a Parquet file of
# all days. ASC and DUCKDB name the programs.
output=$1
at_once=$2
shift 2
export output
CLIENTS=$(dirname "$0")
export CLIENTS
# A day without sales ends with an error; the others go on.
printf '%s\n' "$@" | xargs -P "$at_once" -n 1 sh -c '
  "$ASC" analytics sales --type SALES --subtype SUMMARY --frequency DAILY --date "$1" \
    --decompress --output "$1.tsv.gz" > /dev/null 2>&1 || exit 0
  if [ "$output" = print ]; then awk -v day="$1" -f "$CLIENTS/units.awk" "$1.tsv"; else rm "$1.tsv"; fi
' sh
if [ "$output" = table ]; then
  "$DUCKDB" -batch -noheader -list -separator "$(printf '\t')" < "$CLIENTS/sales.sql"
fi
