// Daily sales by a client of npm, as a script of one's own does it: `node-sales.mjs CLIENT OUTPUT AT_ONCE DAY…`. OUTPUT: `print`, or
// `table` for a Parquet file of all days, by the statements in SALES_SQL.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const [client, output, atOnce, ...days] = process.argv.slice(2);
const { ASC_KEY_ID: keyId, ASC_ISSUER_ID: issuerId, ASC_VENDOR_NUMBER: vendor } = process.env;
const privateKey = readFileSync(process.env.ASC_PRIVATE_KEY_PATH, 'utf8');

/** Each gives the file of a day, or nothing where nothing was sold. */
const CLIENTS = {
  'node-app-store-connect-api': async () => {
    const { api } = await import('node-app-store-connect-api');
    const apple = await api({ issuerId, apiKey: keyId, privateKey });
    return async (day) => {
      const response = await apple.fetch(
        `salesReports?filter[frequency]=DAILY&filter[reportType]=SALES&filter[reportSubType]=SUMMARY&filter[vendorNumber]=${vendor}&filter[reportDate]=${day}`,
      );
      return response.ok ? response.arrayBuffer() : undefined;
    };
  },
  'appstore-connect-sdk': async () => {
    const sdk = await import('appstore-connect-sdk');
    const apple = sdk.createClient({ issuerId, privateKeyId: keyId, privateKey });
    return async (day) => {
      const { data } = await sdk.salesReportsGetCollection({
        client: apple,
        query: {
          'filter[vendorNumber]': [vendor],
          'filter[reportType]': ['SALES'],
          'filter[reportSubType]': ['SUMMARY'],
          'filter[frequency]': ['DAILY'],
          'filter[reportDate]': [day],
        },
      });
      return data?.arrayBuffer();
    };
  },
};

function printUnits(day, text) {
  const [header, ...lines] = text.trimEnd().split('\n');
  const names = header.split('\t');
  const [sku, units, parent] = ['SKU', 'Units', 'Parent Identifier'].map((name) => names.indexOf(name));
  const sums = {};
  for (const line of lines) {
    const fields = line.split('\t');
    const app = fields[parent].trim() || fields[sku].trim();
    sums[app] = (sums[app] ?? 0) + Number(fields[units]);
  }
  for (const [app, sum] of Object.entries(sums)) console.log([day, app, sum].join('\t'));
}

async function fetchDays(download) {
  for (let day = days.shift(); day !== undefined; day = days.shift()) {
    const file = await download(day);
    if (file === undefined) continue;
    if (output === 'print') printUnits(day, gunzipSync(file).toString('utf8'));
    else writeFileSync(`${day}.tsv.gz`, Buffer.from(file));
  }
}

const download = await CLIENTS[client]();
await Promise.all(Array.from({ length: Number(atOnce) }, () => fetchDays(download)));
if (output === 'table') {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create()).connect();
  const [copy, select] = readFileSync(process.env.SALES_SQL, 'utf8').split(';');
  await connection.run(copy);
  const read = await connection.runAndReadAll(select);
  for (const row of read.getRowsJson()) console.log(row.join('\t'));
}
