import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createReportVersions } from '../../functions/reports/vendor/report-versions.ts';
import { createMemoryTables } from '../memory-tables/memory-documents.ts';

const NOW = Date.parse('2026-11-24T17:07:00Z');
const REPORT = 'SUBSCRIPTION/SUMMARY/DAILY';

describe('The version in which Apple serves a report', () => {
  it('keeps every change pending until it is published, also where the next one comes before', async () => {
    let now = NOW;
    const { documents } = createMemoryTables([{ name: 'Reports', sk: true }]);
    const versions = createReportVersions({ documents, table: 'Reports', clock: { now: () => now } });
    const back = { asked: '1_4', version: '1_3' };
    const [first, ...none] = await versions.noteChange('acme', REPORT, back);
    assert.deepEqual([first?.detail['version'], none], ['1_3', []]);
    assert.deepEqual(await versions.noteChange('acme', REPORT, back), [], 'known already');
    now += 60_000;
    const pending = await versions.noteChange('acme', REPORT, { asked: '1_3', version: '1_4' });
    assert.deepEqual(
      pending.map(({ detail }) => detail['version']),
      ['1_3', '1_4'],
    );
    assert.deepEqual((await versions.changeOf('acme', REPORT))?.owed, pending);
  });

  it('loses no change where two are noted at once', async () => {
    const { documents } = createMemoryTables([{ name: 'Reports', sk: true }]);
    const open = () => createReportVersions({ documents, table: 'Reports', clock: { now: () => NOW } });
    const changes = ['1_1', '1_2', '1_3'].map((version) => ({ asked: '1_4', version }));
    await Promise.all(changes.map((change) => open().noteChange('acme', REPORT, change)));
    const owed = (await open().changeOf('acme', REPORT))?.owed ?? [];
    assert.deepEqual(owed.map(({ detail }) => detail['version']).sort(), ['1_1', '1_2', '1_3']);
  });
});
