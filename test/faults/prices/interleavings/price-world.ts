import { type ChangeRecord, isOver } from '../../../../functions/prices/store/change-record.ts';
import { acceptedChange, emptyLedger } from '../../../prices/memory.ts';
import { isSettled } from '../../product/watch/invariants.ts';
import { digest, type Worker } from './gates.ts';

// Runs the real worker, `applyChange`, through every interleaving within small bounds. Each call it makes of a
// store, of Apple or of the clock is a point at which it stands still until the explorer lets it go on, so that
// two workers, crashes, lost answers and late effects can meet in every order.

export type Bounds = {
  /** Requests of one product, oldest first. */
  requests: readonly Record<string, unknown>[];
  /** How often each change's message is delivered. */
  deliveries: number;
  crashes: number;
  /** Writes whose answer is lost, with or without effect, or whose effect comes late. */
  sendFaults: number;
  /** Writes that Apple acknowledges at once and carries out up to an hour and a half later. */
  lateEffects: number;
  /** Times the clock jumps past every lease while workers stand still. */
  jumps: number;
  /** Deliberate mistakes, to see that the explorer finds them. */
  sabotage?: 'no-fence' | 'blind-retry' | 'no-helping';
};

export const TEAM = 'acme';
const START = Date.parse('2026-11-24T18:00:00Z');

/** How long after its acknowledgement a write takes effect at the latest: less than the change is read back. */
export const LATEST_EFFECT_MILLIS = 90 * 60_000;

type Effect = {
  changeId: string;
  seq: number;
  territory: string;
  price: string;
  changed: boolean;
  at: number;
};

/** A write that takes effect later. `acknowledged`: Apple has answered that it has. */
export type Late = { territory: string; price: string; changeId: string; by: number; acknowledged: boolean };

/** The changes as they were accepted; made once for all histories. */
const ACCEPTED = new Map<Record<string, unknown>, ChangeRecord>();

function accepted(request: Record<string, unknown>, seq: number): ChangeRecord {
  const record = ACCEPTED.get(request) ?? acceptedChange(request, seq, START);
  ACCEPTED.set(request, record);
  return record;
}

export class World {
  now = START;
  readonly ledger = emptyLedger();
  readonly objects = new Map<string, string>();
  readonly prices: Record<string, string> = { USA: '9.99', FRA: '9.99', GBR: '9.99' };
  readonly pending: Late[] = [];
  /** `<change> <territory>` of every write that its change has stored as settled. */
  readonly settled = new Set<string>();
  readonly effects: Effect[] = [];
  readonly events: string[] = [];
  readonly workers: Worker[] = [];
  readonly left: Omit<Bounds, 'requests' | 'deliveries' | 'sabotage'> & { deliveries: number[] };
  readonly bounds: Bounds;
  violation: string | undefined;

  constructor(bounds: Bounds) {
    this.bounds = bounds;
    const { crashes, sendFaults, lateEffects, jumps } = bounds;
    const deliveries = bounds.requests.map(() => bounds.deliveries);
    this.left = { crashes, sendFaults, lateEffects, jumps, deliveries };
    for (const [index, request] of bounds.requests.entries()) {
      const record = accepted(request, index + 1);
      this.ledger.changes[`${TEAM}#${record.changeId}`] = structuredClone(record);
    }
  }

  clock = { now: () => this.now };

  /** Lets an effect happen, and holds it against what must never happen. */
  apply(changeId: string, territory: string, price: string): void {
    const record = this.ledger.changes[`${TEAM}#${changeId}`];
    if (record === undefined) throw new Error(changeId);
    const changed = this.prices[territory] !== price;
    this.prices[territory] = price;
    if (!changed) return;
    this.effects.push({ changeId, seq: record.seq, territory, price, changed, at: this.now });
    if (isOver(record)) this.violation ??= `${changeId} had an effect after it was ${record.state}`;
    const same = this.effects.filter((each) => each.changeId === changeId && each.territory === territory);
    if (same.length > 1) this.violation ??= `${changeId} took effect twice in ${territory}`;
    if (this.effects.some(({ seq }) => seq > record.seq)) {
      this.violation ??= `${changeId} took effect after a newer change`;
    }
  }

  advanceTo(moment: number): void {
    if (moment <= this.now) return;
    this.now = moment;
    // What was never answered happens within its request's deadline; what was acknowledged, when it is due.
    for (const late of this.pending.splice(0)) {
      if (late.acknowledged && (late.by > moment || !this.isSettled(late))) this.pending.push(late);
      else this.apply(late.changeId, late.territory, late.price);
    }
  }

  /** A change has stored that a write of its was acknowledged, or seen in effect. */
  isSettled = ({ changeId, territory }: Pick<Late, 'changeId' | 'territory'>): boolean =>
    this.settled.has(`${changeId} ${territory}`);

  /** What is acknowledged and stored is never sent again; what was lost before it was stored may be. */
  sent(changeId: string, territory: string): void {
    if (this.isSettled({ changeId, territory })) {
      this.violation ??= `${changeId} sent ${territory} again after its acknowledgement was stored`;
    }
    const open = this.pending.filter((late) => late.changeId !== changeId || late.territory !== territory);
    this.pending.splice(0, this.pending.length, ...open);
  }

  /** The record of a change was written: which steps of its wave it counts as settled. */
  sawChange(before: ChangeRecord | undefined, after: ChangeRecord): void {
    for (const step of before?.sending?.steps ?? []) {
      const open = after.sending?.steps.includes(step) === true;
      const hasNewPlan = after.planKeys.length > (before?.planKeys.length ?? 0);
      const isDone = hasNewPlan
        ? after.settledBefore.at(-1)?.steps.includes(step) === true
        : isSettled(after, step);
      if (!open && isDone) this.settled.add(`${after.changeId} ${step.slice(-3)}`);
    }
  }

  /**
   * What decides how it goes on: two histories that lead here need not both be followed. A worker that is done has
   * left all it did in the stores; of one that stands still everything it was told counts. Workers have no names here,
   * as it does not matter which of two goes on.
   */
  key(): string {
    const standing = this.workers
      .filter(({ finished, failure }) => !finished || failure !== undefined)
      .map(({ changeId, told, gates, failure }) =>
        [changeId, told, gates.map(({ label }) => label).join(), String(failure)].join('|'),
      );
    return digest(
      JSON.stringify([
        this.now,
        this.ledger,
        [...this.objects.keys()].sort(),
        this.prices,
        this.pending,
        [...this.settled].sort(),
        this.effects.map(({ changeId, territory }) => `${changeId} ${territory}`),
        [...new Set(this.events)].sort(),
        this.left,
        standing.sort(),
      ]),
    );
  }
}
