// `npm run mutations`: puts one mistake after the other into a copy of the code and sees whether the histories notice.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Table from 'cli-table3';
import { z } from 'zod';

type Mutation = { mistake: string; file: string; from: string; to: string };

const REPORTS = 'functions/reports';
const MUTATIONS: readonly Mutation[] = [
  {
    mistake: 'a worker that was overtaken settles all the same',
    file: 'test/histories/memory-ledger.ts',
    from: 'if (item === undefined || item.fence !== lease.fence) return false;',
    to: 'if (item === undefined) return false;',
  },
  {
    mistake: 'a worker that was overtaken replaces the table',
    file: `${REPORTS}/store-report.ts`,
    from: 'if (!(await deps.ledger.holds(claim))) {',
    to: 'if (!(await deps.ledger.holds(claim)) && attempt > 3) {',
  },
  {
    mistake: 'the table is replaced whatever it is by now',
    file: 'test/histories/memory-lake.ts',
    from: 'if (objects.get(key)?.etag !== etag) return false;',
    to: 'if (etag === "never") return false;',
  },
  {
    mistake: '"no sales" of a week or month is believed at once',
    file: `${REPORTS}/calendar.ts`,
    from: 'now >= dueAt(entry, reportDate) + entry.noSalesFinalAfterHours * HOUR',
    to: 'now >= dueAt(entry, reportDate)',
  },
  {
    mistake: '"not available yet" is taken for "no sales"',
    file: `${REPORTS}/outcome.ts`,
    from: "return { kind: 'not-ready', reason: detail };",
    to: "return { kind: 'no-sales', reason: detail };",
  },
  {
    mistake: 'a partition is settled without its table',
    file: `${REPORTS}/store-report.ts`,
    from: '  await replaceTable(deps, claim, tableKey, { path: parquetPath, reportSha256: file.sha256 });\n',
    to: '',
  },
  {
    mistake: 'the raw file is written after the table, and a lost answer there is passed over',
    file: `${REPORTS}/store-report.ts`,
    from: '  await deps.lake.putRaw(rawKey, file);\n',
    to: '  void deps.lake.putRaw(rawKey, file).catch(() => undefined);\n',
  },
  {
    mistake: 'stored reports are not compared with Apple again',
    file: `${REPORTS}/settlement.ts`,
    from: '.filter((at) => at > now)',
    to: '.filter((at) => at > now && state !== "stored")',
  },
  {
    mistake: 'empty days are not asked about again',
    file: `${REPORTS}/settlement.ts`,
    from: '.filter((at) => at > now)',
    to: '.filter((at) => at > now && state !== "empty")',
  },
  {
    mistake: 'an unchanged report is taken for a restated one',
    file: `${REPORTS}/settlement.ts`,
    from: 'const changed = item.sha256 !== report.sha256;',
    to: 'const changed = true;',
  },
  {
    mistake: 'an earlier version is forgotten when a report is restated',
    file: `${REPORTS}/settlement.ts`,
    from: 'versions: changed && !first ? [...item.versions, versionOf(item)] : item.versions,',
    to: 'versions: item.versions,',
  },
  {
    mistake: 'the planner notes that a partition is queued before it is, and never looks again',
    file: `${REPORTS}/plan-reports.ts`,
    from: 'const QUEUED_FOR_MILLIS = 2 * 3_600_000;',
    to: 'const QUEUED_FOR_MILLIS = 1_000 * 24 * 3_600_000;',
  },
  {
    mistake: 'a lapsed lease is not noticed: who died holds its partition for good',
    file: `${REPORTS}/plan-reports.ts`,
    from: 'return (item.leaseUntil ?? 0) <= now;',
    to: 'return false;',
  },
  {
    mistake: 'events are taken off the owed ones before they are sent',
    file: `${REPORTS}/owed-events.ts`,
    from: '    await deps.sendEvents(owed);\n    await deps.ledger.noteSent(partition, owed);\n',
    to: '    await deps.ledger.noteSent(partition, owed);\n    await deps.sendEvents(owed);\n',
  },
  {
    mistake: 'events of a settlement are only sent, never owed',
    file: `${REPORTS}/fetch-report.ts`,
    from: 'deps.ledger.settle(claim, settlement)',
    to: 'deps.ledger.settle(claim, { ...settlement, owed: [] })',
  },
  {
    mistake: 'a failed comparison un-settles a stored report',
    file: `${REPORTS}/settlement.ts`,
    from: 'if (item.settledAs !== undefined) return keepSettled(',
    to: "if (item.settledAs === 'expired') return keepSettled(",
  },
];

const HISTORIES = process.env['HISTORY_COUNT'] ?? '200';
const ROOT = resolve(import.meta.dirname, '../..');
const WORK = join(ROOT, '.local/mutations');
const answer = z.object({ failure: z.object({ seed: z.number(), message: z.string() }).optional() });

const table = new Table({ head: ['mistake', 'noticed'], style: { head: [], border: [], compact: true } });
let caught = 0;
for (const mutation of MUTATIONS) {
  const noticed = tryMutation(mutation);
  if (noticed !== undefined) caught += 1;
  table.push([mutation.mistake, noticed ?? 'NO']);
}
rmSync(WORK, { recursive: true, force: true });
process.stdout.write(`${table.toString()}\n${caught}/${MUTATIONS.length} mistakes noticed\n`);
process.exitCode = caught === MUTATIONS.length ? 0 : 1;

/** Copies the code, makes the mistake, plays histories. What was noticed, if anything. */
function tryMutation({ file, from, to }: Mutation): string | undefined {
  rmSync(WORK, { recursive: true, force: true });
  mkdirSync(WORK, { recursive: true });
  for (const part of ['functions', 'local', 'test', 'package.json'])
    cpSync(join(ROOT, part), join(WORK, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(WORK, 'node_modules'));
  const text = readFileSync(join(WORK, file), 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${file} does not hold exactly one: ${from}`);
  writeFileSync(
    join(WORK, file),
    text.replace(from, () => to),
  );
  try {
    const script = join(WORK, 'test/histories/play.ts');
    const output = execFileSync(process.execPath, [script, `1-${HISTORIES}`], {
      encoding: 'utf8',
      timeout: 120_000,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { failure } = answer.parse(JSON.parse(output));
    return failure && `seed ${failure.seed}`;
  } catch (error) {
    // A mistake that makes the histories hang or crash is noticed as well.
    return `crash: ${error instanceof Error ? error.message.split('\n')[0] : error}`.slice(0, 60);
  }
}
