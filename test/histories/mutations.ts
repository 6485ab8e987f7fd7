// `npm run mutations`: puts one mistake after the other into a copy of the code and sees whether the histories notice.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Table from 'cli-table3';
import { z } from 'zod';

type Mutation = { mistake: string; file: string; from: string; to: string };
/** Mistakes and the histories that must notice them. */
type Trial = { script: string; seeds: string; mutations: readonly Mutation[] };

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

const PRICES = 'functions/prices';
const APPLE = 'functions/app-store-connect';
const PRODUCT_MUTATIONS: readonly Mutation[] = [
  {
    mistake: 'a price worker that was overtaken goes on (no fence)',
    file: 'test/prices/memory.ts',
    from: '      const after = advance(record, move, clock.now());',
    to: "      const stored = data.changes[name(record.team, record.changeId)] ?? record;\n      record = { ...record, rev: stored.rev, fence: stored.fence };\n      const after = advance(record, 'fence' in move && move.kind !== 'take' ? { ...move, fence: stored.fence } : move, clock.now());",
  },
  {
    mistake: 'a write in doubt is sent again without reading back',
    file: `${PRICES}/settle-change.ts`,
    from: 'if (record.sending !== undefined) return resolveDoubt(work, record, plan);',
    to: "if (record.sending !== undefined) return sendStep(work, await work.deps.ledger.move(record, { kind: 'unmark', fence: work.fence, sends: record.sends, everSent: true }), plan);",
  },
  {
    mistake: 'a doubt is settled without regard to what Apple shows',
    file: `${PRICES}/resolve-doubt.ts`,
    from: "if (shown === 'after') return { record: confirmed(at) };",
    to: 'if (shown.length > 0) return { record: confirmed(at) };',
  },
  {
    mistake: 'a write whose answer was lost is taken for done',
    file: `${PRICES}/send-step.ts`,
    from: 'if (error.inDoubt) return { record: marked };',
    to: 'if (error.inDoubt) return { record: confirmed(marked) };',
  },
  {
    mistake: 'a write whose answer was lost is sent again blindly',
    file: `${PRICES}/send-step.ts`,
    from: 'if (error.inDoubt) return { record: marked };',
    to: '',
  },
  {
    mistake: 'a write is sent without its mark',
    file: `${PRICES}/send-step.ts`,
    from: "const marked = await deps.ledger.move(record, { kind: 'mark', fence, step: step.id, until });",
    to: 'const marked = { ...record, sending: { step: step.id, until }, sends: record.sends + 1 };',
  },
  {
    mistake: 'an older change may begin after a newer one',
    file: `${PRICES}/apply-change.ts`,
    from: 'if (record.seq < lease.record.startedSeq) {',
    to: 'if (record.seq < 0) {',
  },
  {
    mistake: 'the change that holds the product is not settled first',
    file: `${PRICES}/apply-change.ts`,
    from: 'if (holder !== undefined && holder !== record.changeId) {',
    to: "if (holder === 'nobody') {",
  },
  {
    mistake: 'the product lease is not looked at',
    file: `${PRICES}/apply-change.ts`,
    from: 'if (before !== undefined && before.leaseUntil > now) return { busyUntil: before.leaseUntil };',
    to: '',
  },
  {
    mistake: 'a change that stands still is not queued again',
    file: `${PRICES}/sweep-changes.ts`,
    from: 'if (age > STILL_MILLIS) {',
    to: 'if (age < 0) {',
  },
  {
    mistake: 'what is owed of a change is not told again',
    file: `${PRICES}/sweep-changes.ts`,
    from: 'if (record.owed.length > 0 && age > MINUTE) {',
    to: 'if (record.owed.length > 0 && age < 0) {',
  },
  {
    mistake: 'the idempotency key is claimed twice',
    file: 'test/prices/memory.ts',
    from: 'if (present !== undefined) return { won: false, record: structuredClone(present) };',
    to: '',
  },
  {
    mistake: 'a 5xx after a write is taken for "not done"',
    file: `${APPLE}/exchange.ts`,
    from: 'throw isWrite && status >= 500 ? inDoubt(error) : error;',
    to: 'throw error;',
  },
  {
    mistake: 'a lost connection during a write is taken for "not done"',
    file: `${APPLE}/exchange.ts`,
    from: ", method !== 'GET', error);",
    to: ', false, error);',
  },
  {
    mistake: 'a token of a write is used again',
    file: `${APPLE}/token-source.ts`,
    from: "forWrite: async () => mintToken(await key(), { kind: 'write' }, dated),",
    to: "forWrite: async () => {\n      const kept = cache.get('write') ?? (await mintToken(await key(), { kind: 'write' }, dated));\n      cache.set('write', kept);\n      return kept;\n    },",
  },
  {
    mistake: 'a refused key does not shut its gate',
    file: `${APPLE}/client.ts`,
    from: '        await tokens.refused(error);\n',
    to: '',
  },
  {
    mistake: 'Apple is called without asking the gate',
    file: `${APPLE}/client.ts`,
    from: 'const writeOnce = async ({ method, path, body }: ApiWrite, deadline: number): Promise<unknown> => {\n    await tokens.enter();\n',
    to: 'const writeOnce = async ({ method, path, body }: ApiWrite, deadline: number): Promise<unknown> => {\n',
  },
  {
    mistake: 'a gate that was shut is never opened again',
    file: `${APPLE}/token-source.ts`,
    from: 'if (current.versionId !== before.versionId) admission = await gate.enter(await gated());',
    to: 'current = undefined;',
  },
  {
    mistake: 'a refused key ends a change',
    file: `${PRICES}/apple-trouble.ts`,
    from: 'return error.retryable\n      ? { later: waitAfter(error), why: error.message }',
    to: "return error.retryable && error.code !== 'KEY_REFUSED'\n      ? { later: waitAfter(error), why: error.message }",
  },
];

const TRIALS: readonly Trial[] = [
  {
    script: 'test/histories/play.ts',
    seeds: `1-${process.env['HISTORY_COUNT'] ?? '200'}`,
    mutations: MUTATIONS,
  },
  {
    script: 'test/faults/product-play.ts',
    seeds: `1-${process.env['PRODUCT_COUNT'] ?? '120'}`,
    mutations: PRODUCT_MUTATIONS,
  },
];
const only = process.argv[2];
const ROOT = resolve(import.meta.dirname, '../..');
const WORK = join(ROOT, '.local/mutations');
const answer = z.object({ failure: z.object({ seed: z.number(), message: z.string() }).optional() });

const table = new Table({ head: ['mistake', 'noticed'], style: { head: [], border: [], compact: true } });
let caught = 0;
let total = 0;
for (const trial of TRIALS.filter(({ script }) => only === undefined || script.includes(only))) {
  for (const mutation of trial.mutations) {
    const noticed = tryMutation(mutation, trial);
    total += 1;
    if (noticed !== undefined) caught += 1;
    else process.stderr.write(`not noticed: ${mutation.mistake}\n`);
    table.push([mutation.mistake, noticed ?? 'NO']);
  }
}
rmSync(WORK, { recursive: true, force: true });
process.stdout.write(`${table.toString()}\n${caught}/${total} mistakes noticed\n`);
process.exitCode = caught === total ? 0 : 1;

/** Copies the code, makes the mistake, plays histories. What was noticed, if anything. */
function tryMutation({ file, from, to }: Mutation, { script, seeds }: Trial): string | undefined {
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
  const { stdout, error } = spawnSync(process.execPath, [join(WORK, script), seeds, 'as-found'], {
    encoding: 'utf8',
    timeout: 240_000,
  });
  // A mistake that makes the histories hang or crash is noticed as well.
  if (error !== undefined) return `hangs: ${error.message}`.slice(0, 60);
  if (!stdout.startsWith('{')) return 'crashes';
  const { failure } = answer.parse(JSON.parse(stdout));
  return failure && `seed ${failure.seed}: ${failure.message.split('\n')[0]}`.slice(0, 100);
}
