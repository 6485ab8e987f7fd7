import { generator } from '../../local/simulator/samples/sample-numbers.ts';

/**
 * What nobody can measure without Apple and AWS: assumed, printed with every result, and changed here. Everything
 * else is read from the templates and the product's own rules, or measured.
 */
export const ASSUMED = {
  /** Apple's answer: half within this, one in a hundred over four times as long (log-normal). */
  appleMedianMillis: 400,
  appleSpread: 0.6,
  /** A call to DynamoDB, S3 or EventBridge. */
  awsCallMillis: 10,
  /** Rows of a daily report. */
  rows: 1_500,
  /** Shares of reports by how many hours after the due time Apple has them. */
  late: [
    { share: 0.85, from: 0, to: 0 },
    { share: 0.1, from: 0, to: 2 },
    { share: 0.04, from: 2, to: 6 },
    { share: 0.01, from: 6, to: 24 },
  ],
  /** Answers 5xx or none, after the client's own tries. */
  transientShare: 0.005,
  /** Repeated looks that find another report. */
  restatedShare: 0.01,
  /** Batches whose function dies in the middle. */
  crashShare: 0.0005,
} as const;

/** Calls that a fetch makes: claim, permit, raw file, table's state, claim still held, table, settle, event, its note. */
export const CALLS = { report: 9, noReport: 3, nothingToDo: 1 } as const;
/** Of those, writes to the table of reports (claim, settle, note), each of an item of one to two kilobytes. */
export const REPORT_WRITES = { report: 3, noReport: 2, nothingToDo: 1 } as const;
export const UNITS_A_WRITE = 2;

/** Draws that are the same in every run. */
export function createChance(seed: string) {
  const draw = generator(seed);
  return {
    happens: (share: number): boolean => draw() < share,
    /** How long Apple takes to answer. */
    appleMillis: (): number => {
      const normal = Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
      return ASSUMED.appleMedianMillis * Math.exp(ASSUMED.appleSpread * normal);
    },
    /** Hours after the due time at which Apple has a report. */
    lateHours: (): number => {
      let left = draw();
      for (const { share, from, to } of ASSUMED.late) {
        if (left < share) return from + draw() * (to - from);
        left -= share;
      }
      return 0;
    },
  };
}
export type Chance = ReturnType<typeof createChance>;
