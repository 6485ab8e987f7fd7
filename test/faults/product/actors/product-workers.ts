import { Actor } from '../../../histories/turns.ts';
import type { ProductWatch } from '../watch/product-watch.ts';
import type { ProductCalls } from './product-calls.ts';
import { INVOCATION_MILLIS, type SimulatedNow } from './product-clock.ts';
import type { Message, ProductQueue } from './product-queue.ts';
import type { ProductTrouble } from './product-trouble.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const MOST_AT_ONCE = 4;

type Worker = { actor: Actor; deadline: number; asleepUntil: number };
type Around = {
  clock: SimulatedNow;
  queue: ProductQueue;
  calls: ProductCalls;
  trouble: ProductTrouble;
  watch: ProductWatch;
};

/** Functions that run at the same time, given turns by chance. */
export class ProductWorkers {
  readonly #at: Around;
  #running: Worker[] = [];
  heldUp = 0;

  constructor(around: Around) {
    this.#at = around;
  }

  async begin(name: string, run: (actor: Actor) => Promise<void>): Promise<void> {
    const actor = new Actor(name);
    this.#running.push({ actor, deadline: this.#at.clock.now() + INVOCATION_MILLIS, asleepUntil: 0 });
    await actor.start(() => run(actor).finally(() => this.#at.calls.ended(actor)));
  }

  /** Lambda ends what runs for too long, wherever it stands. */
  endInvocations(): void {
    this.#running = this.#running.filter(
      ({ actor, deadline }) => !actor.finished && !actor.dead && deadline > this.#at.clock.now(),
    );
  }

  killAll(): void {
    this.#running = [];
  }

  /**
   * Gives turns by chance until nothing is left to do, or so many turns are over.
   *
   * @param receive begins a function with a message of the queue
   */
  async run(turns: number, receive: (message: Message) => Promise<void>): Promise<void> {
    const { clock, queue, calls, trouble, watch } = this.#at;
    const { chance } = trouble;
    for (let turn = 0; turn < turns && watch.broken === undefined; turn += 1) {
      this.endInvocations();
      const runnable = this.#running.filter(
        ({ actor, asleepUntil }) => actor.runnable && asleepUntil <= clock.now(),
      );
      const visible = queue.visible(trouble.share > 0.02);
      const full = runnable.length >= MOST_AT_ONCE;
      if (visible.length > 0 && (runnable.length === 0 || (!full && chance.happens(0.2)))) {
        const message = visible[chance.below(visible.length)];
        if (message === undefined) return;
        queue.receive(message);
        await receive(message);
        continue;
      }
      const worker = runnable[chance.below(runnable.length)];
      if (worker === undefined) return;
      if (trouble.holdsUp()) {
        this.#holdUp(worker);
        continue;
      }
      clock.pass(chance.below(50));
      await worker.actor.turn(
        (count) => chance.below(count),
        (name) => calls.fate(worker.actor, name),
      );
    }
  }

  /** A worker stops where it stands, is forgotten by Lambda, and goes on when others have long taken over. */
  #holdUp(worker: Worker): void {
    this.heldUp += 1;
    const { clock, trouble, watch } = this.#at;
    watch.deadKeys.sawInterruption(worker.actor);
    worker.asleepUntil = clock.now() + trouble.chance.pick([30_000, 7 * MINUTE, 20 * MINUTE, HOUR]);
    worker.deadline = worker.asleepUntil + INVOCATION_MILLIS;
  }
}
