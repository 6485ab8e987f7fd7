import { FETCHING } from '../../infra/reports/reports.ts';
import type { Partition } from './partitions.ts';

/** A partition that waits to be fetched. */
export type Message = { partition: Partition; sentAt: number; receives: number };

/**
 * The report queue: the oldest first, as fair queues make it where no team has more than others. A message that was
 * received and not deleted comes back after the visibility timeout; after three receives it is a dead letter.
 */
export class SimulatedQueue {
  #waiting: Message[] = [];
  #head = 0;
  sent = 0;
  deadLetters = 0;
  receivedAgain = 0;

  get depth(): number {
    return this.#waiting.length - this.#head;
  }

  send(partition: Partition, at: number): void {
    this.sent += 1;
    this.#waiting.push({ partition, sentAt: at, receives: 0 });
  }

  ageOfOldest(now: number): number {
    const oldest = this.#waiting[this.#head];
    return oldest === undefined ? 0 : now - oldest.sentAt;
  }

  receive(): Message[] {
    const batch = this.#waiting.slice(this.#head, this.#head + FETCHING.batchSize);
    this.#head += batch.length;
    if (this.#head > 50_000) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    for (const message of batch) message.receives += 1;
    return batch;
  }

  /** A message whose visibility timeout is over. */
  comeBack(message: Message): void {
    if (message.receives >= FETCHING.maxReceives) {
      this.deadLetters += 1;
      return;
    }
    this.receivedAgain += 1;
    this.#waiting.push(message);
  }
}
