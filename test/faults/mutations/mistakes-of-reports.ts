import type { Mistake } from './mistake.ts';

/** Mistakes that the histories of reports must notice. */
export const REPORT_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'a worker that was overtaken settles all the same',
    file: 'test/histories/memory-ledger.ts',
    from: 'if (item === undefined || item.fence !== lease.fence) return false;',
    to: 'if (item === undefined) return false;',
  },
  {
    mistake: 'a worker that was overtaken replaces the table',
    file: 'functions/reports/fetch/store-report.ts',
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
    file: 'functions/reports/catalogue/calendar.ts',
    from: 'now >= dueAt(entry, reportDate) + entry.noSalesFinalAfterHours * HOUR',
    to: 'now >= dueAt(entry, reportDate)',
  },
  {
    mistake: '"not available yet" is taken for "no sales"',
    file: 'functions/reports/partition/outcome.ts',
    from: "return { kind: 'not-ready', reason: detail };",
    to: "return { kind: 'no-sales', reason: detail };",
  },
  {
    mistake: 'a partition is settled without its table',
    file: 'functions/reports/fetch/store-report.ts',
    from: '  await replaceTable(deps, claim, tableKey, { path: parquetPath, reportSha256: file.sha256 });\n',
    to: '',
  },
  {
    mistake: 'the raw file is written after the table, and a lost answer there is passed over',
    file: 'functions/reports/fetch/store-report.ts',
    from: '  await deps.lake.putRaw(rawKey, file);\n',
    to: '  void deps.lake.putRaw(rawKey, file).catch(() => undefined);\n',
  },
  {
    mistake: 'stored reports are not compared with Apple again',
    file: 'functions/reports/partition/settlement.ts',
    from: '.filter((at) => at > now)',
    to: '.filter((at) => at > now && state !== "stored")',
  },
  {
    mistake: 'empty days are not asked about again',
    file: 'functions/reports/partition/settlement.ts',
    from: '.filter((at) => at > now)',
    to: '.filter((at) => at > now && state !== "empty")',
  },
  {
    mistake: 'an unchanged report is taken for a restated one',
    file: 'functions/reports/partition/settlement.ts',
    from: 'const changed = item.sha256 !== report.sha256;',
    to: 'const changed = true;',
  },
  {
    mistake: 'an earlier version is forgotten when a report is restated',
    file: 'functions/reports/partition/settlement.ts',
    from: 'versions: changed && !first ? [...item.versions, versionOf(item)] : item.versions,',
    to: 'versions: item.versions,',
  },
  {
    mistake: 'the planner notes that a partition is queued before it is, and never looks again',
    file: 'functions/reports/plan/plan-reports.ts',
    from: 'const QUEUED_FOR_MILLIS = 2 * 3_600_000;',
    to: 'const QUEUED_FOR_MILLIS = 1_000 * 24 * 3_600_000;',
  },
  {
    mistake: 'a lapsed lease is not noticed: who died holds its partition for good',
    file: 'functions/reports/plan/plan-reports.ts',
    from: 'return (item.leaseUntil ?? 0) <= now;',
    to: 'return false;',
  },
  {
    mistake: 'events are taken off the owed ones before they are sent',
    file: 'functions/reports/partition/publish-pending-events.ts',
    from: '    await deps.sendEvents(owed);\n    await deps.ledger.noteSent(partition, owed);\n',
    to: '    await deps.ledger.noteSent(partition, owed);\n    await deps.sendEvents(owed);\n',
  },
  {
    mistake: 'events of a settlement are only sent, never owed',
    file: 'functions/reports/fetch/fetch-report.ts',
    from: 'deps.ledger.settle(claim, settlement)',
    to: 'deps.ledger.settle(claim, { ...settlement, owed: [] })',
  },
  {
    mistake: 'a failed comparison un-settles a stored report',
    file: 'functions/reports/partition/settlement.ts',
    from: 'if (item.settledAs !== undefined) return keepSettled(',
    to: "if (item.settledAs === 'expired') return keepSettled(",
  },
];
