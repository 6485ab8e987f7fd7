import type { Mistake } from './mistake.ts';

/** Mistakes with prices that the histories of the whole product must notice. */
export const PRICE_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'a price worker that was overtaken goes on (no fence)',
    file: 'test/prices/memory.ts',
    from: '      const after = advance(record, move, clock.now());',
    to: "      const stored = data.changes[name(record.team, record.changeId)] ?? record;\n      record = { ...record, rev: stored.rev, fence: stored.fence };\n      const after = advance(record, 'fence' in move && move.kind !== 'take' ? { ...move, fence: stored.fence } : move, clock.now());",
  },
  {
    mistake: 'a write in doubt is sent again without reading back',
    file: 'functions/prices/apply/advance-change.ts',
    from: 'if (record.sending !== undefined) return resolveDoubt(work, record, plan);',
    to: "if (record.sending !== undefined) return sendStep(work, await work.deps.ledger.move(record, { kind: 'unmark', fence: work.fence, sends: record.sends, everSent: true }), plan);",
  },
  {
    mistake: 'a doubt is settled without regard to what Apple shows',
    file: 'functions/prices/apply/resolve-uncertain-write.ts',
    from: "if (shown === 'after') return { record: confirmed(at) };",
    to: 'if (shown.length > 0) return { record: confirmed(at) };',
  },
  {
    mistake: 'a write whose answer was lost is taken for done',
    file: 'functions/prices/apply/send-step.ts',
    from: 'if (error.inDoubt) return { record: marked };',
    to: 'if (error.inDoubt) return { record: confirmed(marked) };',
  },
  {
    mistake: 'a write whose answer was lost is sent again blindly',
    file: 'functions/prices/apply/send-step.ts',
    from: 'if (error.inDoubt) return { record: marked };',
    to: '',
  },
  {
    mistake: 'a write is sent without its mark',
    file: 'functions/prices/apply/send-step.ts',
    from: "const marked = await deps.ledger.move(record, { kind: 'mark', fence, step: step.id, until });",
    to: 'const marked = { ...record, sending: { step: step.id, until }, sends: record.sends + 1 };',
  },
  {
    mistake: 'the read-back after the last step is dropped',
    file: 'functions/prices/apply/verify-change.ts',
    from: 'if (looked.shown) {',
    to: 'if (looked.state !== undefined) {',
  },
  {
    mistake: 'an older change may begin after a newer one',
    file: 'functions/prices/apply/apply-change.ts',
    from: 'if (record.seq < lease.record.startedSeq) {',
    to: 'if (record.seq < 0) {',
  },
  {
    mistake: 'the change that holds the product is not settled first',
    file: 'functions/prices/apply/apply-change.ts',
    from: 'if (holder !== undefined && holder !== record.changeId) {',
    to: "if (holder === 'nobody') {",
  },
  {
    mistake: 'the product lease is not looked at',
    file: 'functions/prices/apply/apply-change.ts',
    from: 'if (before !== undefined && before.leaseUntil > now) return { busyUntil: before.leaseUntil };',
    to: '',
  },
  {
    mistake: 'a change that stands still is not queued again',
    file: 'functions/prices/accept/sweep-changes.ts',
    from: 'if (age > STILL_MILLIS) {',
    to: 'if (age < 0) {',
  },
  {
    mistake: 'what is owed of a change is not told again',
    file: 'functions/prices/accept/sweep-changes.ts',
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
    mistake: 'a refused key ends a change',
    file: 'functions/prices/apply/retry-policy.ts',
    from: 'return error.retryable || canBePutRight',
    to: "return (error.retryable && error.code !== 'KEY_REFUSED') || canBePutRight",
  },
  {
    mistake: 'a secret that cannot be read ends a change',
    file: 'functions/prices/apply/retry-policy.ts',
    from: 'return error.retryable || canBePutRight',
    to: 'return error.retryable',
  },
];
