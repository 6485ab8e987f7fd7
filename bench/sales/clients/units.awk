# Units by app of a Summary Sales report: `awk -v day=2026-11-23 -f units.awk FILE`.
BEGIN { FS = "\t"; OFS = "\t" }
NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
{
  app = $at["Parent Identifier"]
  gsub(/ /, "", app)
  if (app == "") { app = $at["SKU"]; gsub(/ /, "", app) }
  units[app] += $at["Units"]
}
END { for (app in units) print day, app, units[app] }
