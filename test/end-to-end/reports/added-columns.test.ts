import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GetTableCommand, GlueClient, UpdateTableCommand } from '@aws-sdk/client-glue';
import { startWorld, type World } from '../../../local/world/world.ts';
import { dailySales, dayBefore, HOUR, MORNING, salesTsv, settingsFor, VENDOR } from './sales.ts';

const DATABASE = 'app_store_connect';
const UNDOCUMENTED = 'NEWSSTAND/DETAILED/DAILY';

describe('Columns that Apple adds', () => {
  let world: World;
  let glue: GlueClient;
  const columnsOf = async (table: string) => {
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: DATABASE, Name: table }));
    return Table?.StorageDescriptor?.Columns ?? [];
  };
  const declare = async () => world.cloud.invoke('DeclareColumns');
  const plan = async () => {
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
  };
  before(async () => {
    const [team] = settingsFor(2).teams;
    const settings = {
      teams: [
        {
          ...team,
          vendors: [{ number: VENDOR, reports: ['SALES/SUMMARY/DAILY', UNDOCUMENTED], backfillDays: 2 }],
        },
      ],
    };
    world = await startWorld({ now: MORNING, settings });
    glue = new GlueClient(world.cloud.clientConfig);
    for (const day of [1, 2])
      world.simulator.reports.put({
        ...dailySales(dayBefore(day)),
        tsv: salesTsv({ 'Moon Phase': 'waxing', Seats: '3' }),
      });
    world.simulator.reports.put({
      ...dailySales(dayBefore(1)),
      reportType: 'NEWSSTAND',
      reportSubType: 'DETAILED',
      tsv: 'Title\tUnits of Paper\nTide\t3\n',
    });
    await plan();
  });
  after(() => {
    glue.destroy();
    return world.close();
  });

  it('are declared in Glue within the hour, behind the others, with the type that the files have', async () => {
    const before_ = await columnsOf('sales_summary_daily');
    assert.deepEqual(await declare(), { added: { newsstand_detailed_daily: 2, sales_summary_daily: 2 } });
    const columns = await columnsOf('sales_summary_daily');
    assert.deepEqual(columns.slice(0, before_.length), before_);
    assert.deepEqual(
      columns.slice(before_.length).map(({ Name, Type }) => [Name, Type]),
      [
        ['moon_phase', 'string'],
        ['seats', 'string'],
      ],
    );
  });

  it('leave the rest of the table as it was deployed', async () => {
    const { Table } = await glue.send(
      new GetTableCommand({ DatabaseName: DATABASE, Name: 'sales_summary_daily' }),
    );
    assert.equal(Table?.TableType, 'EXTERNAL_TABLE');
    assert.equal(Table.Parameters?.['projection.enabled'], 'true');
    assert.deepEqual(
      Table.PartitionKeys?.map(({ Name }) => Name),
      ['team', 'vendor', 'report_date'],
    );
  });

  it('of a report whose columns nobody documents are declared, too, and told by no event', async () => {
    const names = (await columnsOf('newsstand_detailed_daily')).map(({ Name }) => Name);
    assert.deepEqual(names, ['report_sha256', 'title', 'units_of_paper']);
    const told = world.cloud.events().filter((event) => event['detail-type'] === 'Report Columns Added');
    assert.deepEqual(
      told.map(({ detail }) => detail['report']),
      ['SALES/SUMMARY/DAILY'],
    );
  });

  it('are added once; and again after a deployment has written its own columns', async () => {
    assert.deepEqual(await declare(), { added: {} });
    const [deployed] = [await columnsOf('sales_summary_daily')];
    await glue.send(
      new UpdateTableCommand({
        DatabaseName: DATABASE,
        TableInput: { Name: 'sales_summary_daily', StorageDescriptor: { Columns: deployed.slice(0, -2) } },
      }),
    );
    assert.deepEqual(await declare(), { added: { sales_summary_daily: 2 } });
  });

  it('are declared by a function that may do nothing else: no call of it was denied, none of the fetcher was to Glue', () => {
    const calls = world.cloud.requests().filter(({ service }) => service === 'glue');
    assert.ok(calls.some(({ caller }) => caller.startsWith('DeclareColumns')));
    assert.ok(calls.every(({ caller }) => caller.startsWith('DeclareColumns') || caller === 'local'));
    assert.ok(calls.every(({ status }) => status === 200));
  });

  it('that cannot be declared are tried again by the next run', async () => {
    world.simulator.reports.put({
      ...dailySales(dayBefore(0)),
      tsv: salesTsv({ 'Moon Phase': 'waning', Tide: 'high' }),
    });
    await world.passTo(MORNING + 24 * HOUR);
    await plan();
    world.cloud.faults.add({ service: 'glue', operation: 'UpdateTable', times: 5, effect: 'accessDenied' });
    await assert.rejects(declare());
    world.cloud.faults.clear();
    assert.deepEqual(await declare(), { added: { sales_summary_daily: 1 } });
  });
});
