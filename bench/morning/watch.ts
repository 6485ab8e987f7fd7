import { PeakCounter } from './counts.ts';
import type { KeyPace } from './key-pace.ts';
import type { Partition } from './partitions.ts';
import type { SimulatedQueue } from './queue.ts';

/** Depth and age at a moment. */
export type Sample = { at: number; depth: number; oldestMillis: number };

type Peaks = ReturnType<PeakCounter['peaks']>;

export type Watched = {
  samples: Sample[];
  peakDepth: number;
  /** The oldest message at its first receive, and how many messages were sent, dead, and received again. */
  oldestMillis: number;
  messages: number;
  deadLetters: number;
  receivedAgain: number;
  /** Messages that found nothing to do: the same partition was queued twice. */
  inVain: number;
  requests: number;
  busiestKeyAnHour: number;
  fetcherMillis: number;
  /** Partitions that came due on the day, and those of them that the planner never came to. */
  due: number;
  unplanned: number;
  /** When so many of the planned were settled, in milliseconds after the first run: half, 85 %, 99 %, all. */
  settledAfter: { share: number; millis: number }[];
  writes: Peaks;
  reads: Peaks;
  budgetWrites: Peaks;
};

/** Counts what happens from a moment on; what happens before it is not counted. */
export class MorningWatch {
  readonly #from: number;
  readonly #writes = new PeakCounter();
  readonly #reads = new PeakCounter();
  readonly #budgetWrites = new PeakCounter();
  readonly #due: Partition[] = [];
  readonly #counts = {
    samples: [] as Sample[],
    peakDepth: 0,
    oldestMillis: 0,
    inVain: 0,
    requests: 0,
    fetcherMillis: 0,
  };
  #before = { sent: 0, deadLetters: 0, receivedAgain: 0 };

  constructor(from: number) {
    this.#from = from;
  }

  sample(at: number, queue: SimulatedQueue): void {
    const { sent, deadLetters, receivedAgain, depth } = queue;
    if (at === this.#from) this.#before = { sent, deadLetters, receivedAgain };
    this.#counts.samples.push({ at, depth, oldestMillis: queue.ageOfOldest(at) });
  }

  /** A partition that the planner has written down. */
  due(at: number, partition: Partition): void {
    if (this.#isOn(at)) this.#due.push(partition);
  }

  read(at: number, key: string, units: number): void {
    if (this.#isOn(at)) this.#reads.add(at, key, units);
  }

  write(at: number, key: string, units: number): void {
    if (this.#isOn(at)) this.#writes.add(at, key, units);
  }

  depth(at: number, depth: number): void {
    if (this.#isOn(at)) this.#counts.peakDepth = Math.max(this.#counts.peakDepth, depth);
  }

  /** Messages that a fetcher receives. */
  received(at: number, messages: readonly { receives: number; sentAt: number }[]): void {
    if (!this.#isOn(at)) return;
    const ages = messages.filter(({ receives }) => receives === 1).map(({ sentAt }) => at - sentAt);
    this.#counts.oldestMillis = Math.max(this.#counts.oldestMillis, ...ages);
  }

  worked(at: number, millis: number): void {
    if (this.#isOn(at)) this.#counts.fetcherMillis += millis;
  }

  inVain(at: number): void {
    if (this.#isOn(at)) this.#counts.inVain += 1;
  }

  /** A request to Apple. At most one write of the quota's item per permit; busy workers write once for six. */
  request(at: number, key: string): void {
    if (!this.#isOn(at)) return;
    this.#counts.requests += 1;
    this.#budgetWrites.add(at, key, 1);
  }

  result(queue: SimulatedQueue, pace: KeyPace, series: number): Watched {
    const settled = this.#due
      .flatMap(({ settledAt }) => (settledAt === undefined ? [] : [settledAt - this.#from]))
      .sort((one, other) => one - other);
    const after = (share: number) => settled[Math.ceil(share * settled.length) - 1] ?? Number.NaN;
    return {
      ...this.#counts,
      messages: queue.sent - this.#before.sent,
      deadLetters: queue.deadLetters - this.#before.deadLetters,
      receivedAgain: queue.receivedAgain - this.#before.receivedAgain,
      busiestKeyAnHour: pace.busiestHour(this.#from),
      due: series,
      unplanned: series - this.#due.length,
      settledAfter: [0.5, 0.85, 0.99, 1].map((share) => ({ share, millis: after(share) })),
      writes: this.#writes.peaks(),
      reads: this.#reads.peaks(),
      budgetWrites: this.#budgetWrites.peaks(),
    };
  }

  #isOn(at: number): boolean {
    return at >= this.#from;
  }
}
