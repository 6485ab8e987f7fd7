import {
  createRequestQuota,
  type RequestQuota,
} from '../../../../functions/app-store-connect/rate-limit/request-quota.ts';
import type { Clock } from '../../../../functions/platform/util/clock.ts';
import {
  createReportVersions,
  type ReportVersions,
} from '../../../../functions/reports/vendor/report-versions.ts';
import type { Chance } from '../../../engine/chance.ts';
import type { Actor } from '../../../histories/turns.ts';
import { documentsThat, type MemoryTables } from '../../../memory-tables/memory-documents.ts';
import type { KnownKeys } from './memory-access.ts';

/** What an execution environment keeps from one invocation to the next. */
export type Environment = {
  keys: KnownKeys;
  /** The real one, on tables in memory: its calls are calls of the worker that has the environment. */
  quota: RequestQuota;
  versions: ReportVersions;
};

type Kept = Environment & { holder: Actor };

/** So many environments of a function are kept while nobody uses them. */
const MOST_KEPT = 3;
/** How often a function starts cold though an environment is free. */
const COLD_STARTS = 0.2;

/**
 * The execution environments of all functions. One belongs to one worker at a time; who dies takes it along, as Lambda
 * ends an environment whose invocation it has ended.
 */
export class Environments {
  readonly #at: { clock: Clock; tables: MemoryTables };
  /** How a worker's call of DynamoDB happens. */
  readonly #send: (actor: Actor, name: string, command: unknown) => Promise<unknown>;
  readonly #kept = new Map<string, Kept[]>();
  readonly #taken = new WeakMap<Actor, Kept>();

  constructor(
    at: { clock: Clock; tables: MemoryTables },
    send: (actor: Actor, name: string, command: unknown) => Promise<unknown>,
  ) {
    this.#at = at;
    this.#send = send;
  }

  /** The environment in which a worker runs: a warm one if there is one. */
  of(actor: Actor, chance: Chance): Environment {
    const taken = this.#taken.get(actor) ?? this.#take(actor, chance);
    this.#taken.set(actor, taken);
    return taken;
  }

  #take(actor: Actor, chance: Chance): Kept {
    const alive = (this.#kept.get(actor.name) ?? []).filter(({ holder }) => !holder.dead);
    const free = alive.filter(({ holder }) => holder.isDone);
    const warm = chance.happens(COLD_STARTS) ? undefined : free[chance.below(free.length)];
    const environment = warm ?? this.#start(actor);
    environment.holder = actor;
    const others = alive.filter((one) => one !== environment && !one.holder.isDone);
    const idle = alive.filter((one) => one !== environment && one.holder.isDone).slice(-MOST_KEPT);
    this.#kept.set(actor.name, [...others, ...idle, environment]);
    return environment;
  }

  #start(actor: Actor): Kept {
    const { clock } = this.#at;
    const documentsOf = (name: string) =>
      documentsThat((command) => this.#send(environment.holder, name, command));
    const environment: Kept = {
      holder: actor,
      keys: new Map(),
      quota: createRequestQuota({ documents: documentsOf('budget'), table: 'RateBudget', clock }),
      versions: createReportVersions({ documents: documentsOf('versions'), table: 'Reports', clock }),
    };
    return environment;
  }
}
