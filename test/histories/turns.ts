import { untilQuiet } from '../engine/quiet.ts';

/** What becomes of a call to a dependency: its answer may be lost, its caller may die before or after it. */
export type Fate = 'well' | 'failsBefore' | 'answerLost' | 'diesBefore' | 'diesAfter';

type Pending = { name: string; go(fate: Fate): Promise<void> };

/** A call that found no answer, as the SDK would throw it. */
class LostCallError extends Error {
  override name = 'TimeoutError';
}

type Caller<Result> = { resolve(result: Result): void; reject(error: unknown): void };

/** Lets a call happen, or not, and tells its caller, or not. */
async function carryOut<Result>(
  name: string,
  fate: Fate,
  effect: () => Promise<Result>,
  caller: Caller<Result>,
): Promise<void> {
  if (fate === 'failsBefore') caller.reject(new LostCallError(`${name} did not arrive`));
  if (fate === 'failsBefore' || fate === 'diesBefore') return;
  const hear: Caller<Result> =
    fate === 'well' ? caller : { resolve: () => undefined, reject: () => undefined };
  await effect().then(hear.resolve, hear.reject);
  if (fate === 'answerLost') caller.reject(new LostCallError(`The answer of ${name} was lost`));
}

/**
 * One worker or planner run. It stops at each call to a dependency until it is given a turn; one that died is never
 * heard of again.
 */
export class Actor {
  readonly name: string;
  readonly #pending: Pending[] = [];
  #wake: () => void = () => undefined;
  finished = false;
  dead = false;

  constructor(name: string) {
    this.name = name;
  }

  /** Starts; `done` hears of its end unless it dies. Resolves when it has come to its first call. */
  async start(run: () => Promise<void>): Promise<void> {
    run().then(
      () => this.#end(),
      () => this.#end(),
    );
    await this.#settled();
  }

  get runnable(): boolean {
    return !this.dead && !this.finished && this.#pending.length > 0;
  }

  /** It has come to its end, and nothing that it began is still waiting. */
  get isDone(): boolean {
    return this.finished && this.#pending.length === 0;
  }

  /** Every function of these dependencies becomes a call that waits for its turn. */
  guard<Dependencies extends object>(kind: string, dependencies: Dependencies): Dependencies {
    return new Proxy(dependencies, {
      get: (target, property, receiver) => {
        const member: unknown = Reflect.get(target, property, receiver);
        if (typeof member !== 'function') return member;
        return this.call(`${kind}.${String(property)}`, (...args: unknown[]) =>
          Promise.resolve(Reflect.apply(member, target, args)),
        );
      },
    });
  }

  /** A function of one's own that waits for its turn. */
  call<Args extends unknown[], Result>(
    name: string,
    effect: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result> {
    return (...args) =>
      new Promise((resolve, reject) => {
        const go = (fate: Fate) => carryOut(name, fate, () => effect(...args), { resolve, reject });
        this.#pending.push({ name, go });
        this.#wake();
      });
  }

  /** Lets one waiting call happen; resolves when the actor waits again, has ended or has died. */
  async turn(pick: (count: number) => number, fateOf: (name: string) => Fate): Promise<void> {
    const [next] = this.#pending.splice(pick(this.#pending.length), 1);
    if (next === undefined) return;
    const fate = fateOf(next.name);
    this.dead = fate.startsWith('dies');
    await next.go(fate);
    await (this.dead ? untilQuiet() : this.#settled());
  }

  async #settled(): Promise<void> {
    // All branches go on as far as they can; who waits for nobody then unpacks a file.
    await untilQuiet();
    if (this.finished || this.#pending.length > 0) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = () => undefined;
  }

  #end(): void {
    this.finished = true;
    this.#wake();
  }
}
