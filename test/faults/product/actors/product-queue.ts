import type { Clock } from '../../../../functions/platform/util/clock.ts';
import type { Chance } from '../../../engine/chance.ts';

const MINUTE = 60_000;
type QueueName = 'reports' | 'prices';
const HIDDEN_MILLIS: Record<QueueName, number> = { reports: 30 * MINUTE, prices: 6 * MINUTE };
const MOST_RECEIVES: Record<QueueName, number> = { reports: 3, prices: 10 };

export type Message = {
  queue: QueueName;
  body: string;
  group: string;
  receives: number;
  visibleAt: number;
};

/** Both queues: what is received is hidden for a while, and comes again unless it is settled. */
export class ProductQueue {
  readonly #clock: Clock;
  #messages: Message[] = [];
  /** How often a message was received. */
  received = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The groups that have messages, hidden ones included. */
  get groups(): readonly string[] {
    return this.#messages.map(({ group }) => group);
  }

  send(message: Pick<Message, 'queue' | 'body' | 'group'>): void {
    this.#messages.push({ ...message, receives: 0, visibleAt: this.#clock.now() });
  }

  /** SQS delivers at least once. */
  repeat(chance: Chance): void {
    const message = this.#messages[chance.below(this.#messages.length)];
    if (message !== undefined) this.#messages.push({ ...message, visibleAt: this.#clock.now() });
  }

  /** Price messages come in the order of their group, unless order is broken; reports in any. */
  visible(outOfOrder: boolean): Message[] {
    if (this.#messages.length === 0) return [];
    const now = this.#clock.now();
    const seen = new Set<string>();
    return this.#messages.filter((message) => {
      const { queue, group, visibleAt } = message;
      const first = queue === 'reports' || !seen.has(group) || outOfOrder;
      if (queue === 'prices') seen.add(group);
      return first && visibleAt <= now;
    });
  }

  receive(message: Message): void {
    message.visibleAt = this.#clock.now() + HIDDEN_MILLIS[message.queue];
    message.receives += 1;
    this.received += 1;
  }

  /** A function has given a message back for later. */
  postpone(message: Message, millis: number): void {
    message.visibleAt = this.#clock.now() + millis;
  }

  /** The message is worked on; one that has come too often is parked. */
  settle(message: Message, { again }: { again: boolean }): void {
    if (!again || message.receives >= MOST_RECEIVES[message.queue])
      this.#messages = this.#messages.filter((one) => one !== message);
    // A report is received again at once; a price message was postponed.
    else if (message.queue === 'reports') message.visibleAt = this.#clock.now();
  }
}
