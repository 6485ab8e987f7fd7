import type { Chance } from '../../../engine/chance.ts';
import type { Actor, Fate } from '../../../histories/turns.ts';
import type { SimulatedNow } from './product-clock.ts';
import type { Service } from './product-events.ts';

/** Which service a worker's call goes to. */
const SERVICE_OF: Readonly<Record<string, Service>> = {
  ledger: 'dynamodb',
  priceLedger: 'dynamodb',
  vendors: 'dynamodb',
  marks: 'dynamodb',
  runs: 'dynamodb',
  columns: 'dynamodb',
  campaignLedger: 'dynamodb',
  keyLedger: 'dynamodb',
  breaker: 'dynamodb',
  budget: 'dynamodb',
  versions: 'dynamodb',
  lake: 's3',
  audit: 's3',
  secrets: 'secrets',
  events: 'events',
  queue: 'sqs',
};

/** An answer of DynamoDB that takes longer does not come within the SDK's tries. */
const SLOWEST_WRITE_MILLIS = 8_000;

/** What goes wrong on the way to AWS, and which services are out, by the chance of the event that is happening. */
export class ProductTrouble {
  readonly #clock: SimulatedNow;
  readonly #outages = new Map<Service, number>();
  /** The chance of the event that is happening. */
  chance: Chance;
  /** How often a call meets trouble. */
  share = 0;
  readonly happened = { kills: 0, losses: 0, writesTwice: 0, slowWrites: 0 };

  constructor(clock: SimulatedNow, chance: Chance) {
    this.#clock = clock;
    this.chance = chance;
  }

  /** Whether something goes wrong now, so many times as often as usual. */
  strikes(times = 1): boolean {
    return this.chance.happens(times * this.share);
  }

  /** Whether the worker whose turn it is stops where it stands. */
  holdsUp(): boolean {
    return this.strikes(1 / 4);
  }

  breakDown(service: Service, millis: number): void {
    this.#outages.set(service, this.#clock.now() + millis);
  }

  mend(): void {
    this.#outages.clear();
  }

  isOut(service: Service): boolean {
    return (this.#outages.get(service) ?? 0) > this.#clock.now();
  }

  /** What becomes of a call, such as `ledger.claim`. */
  fateOf(call: string): Fate {
    const service = SERVICE_OF[call.split('.')[0] ?? ''];
    if (service !== undefined && this.isOut(service)) return 'failsBefore';
    if (service === 'secrets' && this.isOut('permission')) return 'failsBefore';
    if (!this.strikes()) return 'well';
    const fate = this.chance.pick<Fate>(['failsBefore', 'answerLost', 'diesBefore', 'diesAfter']);
    if (fate.startsWith('dies')) this.happened.kills += 1;
    else this.happened.losses += 1;
    return fate;
  }

  /** A call of DynamoDB by an environment: the SDK repeats what got no answer, which may have happened nevertheless. */
  sendToTable(actor: Actor, name: string, send: () => Promise<unknown>): Promise<unknown> {
    return actor.call(name, async () => {
      if (this.strikes()) {
        this.happened.writesTwice += 1;
        await send().catch(() => undefined);
      }
      const answer = await send();
      if (this.strikes()) {
        this.happened.slowWrites += 1;
        this.#clock.pass(1 + this.chance.below(SLOWEST_WRITE_MILLIS));
      }
      return answer;
    })();
  }
}
