/** What goes wrong. Those marked "instead" happen before the request has any effect. */
export type FaultEffect =
  /** Instead: this status with Apple's envelope, such as 500 `UNEXPECTED_ERROR`. */
  | {
      kind: 'status';
      status: number;
      code: string;
      title?: string;
      detail?: string;
      headers?: Record<string, string>;
    }
  /** Instead: a web page, as a gateway in front of Apple answers. Status 200 unless told. */
  | { kind: 'html'; status?: number; html?: string }
  /** Instead: status 200, but an error envelope where the report should be. */
  | { kind: 'jsonError200'; code?: string; detail?: string }
  /** Instead: 429, with `Retry-After` only if seconds are given. */
  | { kind: 'rateLimited'; retryAfterSeconds?: number }
  /** Instead: the connection ends without a response. */
  | { kind: 'dropBefore' }
  /** Instead: no response at all until the client gives up or the simulator closes. */
  | { kind: 'hang' }
  /** The response comes so many real milliseconds later. */
  | { kind: 'latency'; millis: number }
  /** The request takes effect, but the connection ends before the response. */
  | { kind: 'dropAfter' }
  /** The request takes effect, but this status is answered. */
  | { kind: 'statusAfter'; status: number; code?: string; title?: string; detail?: string }
  /**
   * The request takes effect only when the simulator's clock has advanced so much. What is answered at once:
   * nothing, 500, or what would be answered if it had taken effect. A request that is refused never takes effect.
   */
  | { kind: 'delayedEffect'; millis: number; answer: 'lost' | 'status500' | 'normal' }
  /** The request takes effect, but the connection ends half-way through the response's body. */
  | { kind: 'dropMidBody' }
  /** A complete HTTP response whose gzip file lacks its second half. */
  | { kind: 'truncateGzip' }
  /** The right body under a wrong content type. */
  | { kind: 'wrongContentType'; contentType?: string };

export type FaultKind = FaultEffect['kind'];

/** Which requests a fault waits for. All that is given must fit; nothing given fits every request. */
export type FaultMatch = {
  method?: string;
  path?: string | RegExp;
  /** Decoded parameters that the request must carry, among others. */
  query?: Readonly<Record<string, string>>;
  keyId?: string;
  /** Only from the nth fitting request on, counted from 1 since the fault was added. */
  nth?: number;
};

export type Fault = {
  match?: FaultMatch;
  /** How many requests it meets. Default 1; `Infinity` for all. */
  times?: number;
  effect: FaultEffect;
};

/** What a fault is matched against. */
export type FaultSubject = {
  method: string;
  path: string;
  query: URLSearchParams;
  keyId: string | undefined;
};

/** A fault that was added: tells how often it struck, and can be taken away. */
export type FaultHandle = { struck(): number; remove(): void };

type Entry = { fault: Fault; fitted: number; struck: number };

/** Faults on demand. The first one added that fits a request meets it, and only that one. */
export class Faults {
  #entries: Entry[] = [];

  add(fault: Fault): FaultHandle {
    const entry: Entry = { fault, fitted: 0, struck: 0 };
    this.#entries.push(entry);
    return {
      struck: () => entry.struck,
      remove: () => {
        this.#entries = this.#entries.filter((other) => other !== entry);
      },
    };
  }

  clear(): void {
    this.#entries = [];
  }

  /** The effect for this request, if any; counts it. Every fault that fits counts the request towards its `nth`. */
  strike(subject: FaultSubject): FaultEffect | undefined {
    let chosen: Entry | undefined;
    for (const entry of this.#entries) {
      if (!fits(entry.fault.match ?? {}, subject)) continue;
      entry.fitted += 1;
      const ready = entry.fitted >= (entry.fault.match?.nth ?? 1) && entry.struck < (entry.fault.times ?? 1);
      if (ready) chosen ??= entry;
    }
    if (chosen === undefined) return undefined;
    chosen.struck += 1;
    return chosen.fault.effect;
  }
}

function fits(match: FaultMatch, subject: FaultSubject): boolean {
  if (match.method !== undefined && match.method !== subject.method) return false;
  if (match.keyId !== undefined && match.keyId !== subject.keyId) return false;
  if (typeof match.path === 'string' && match.path !== subject.path) return false;
  if (match.path instanceof RegExp && !match.path.test(subject.path)) return false;
  return Object.entries(match.query ?? {}).every(([name, value]) =>
    subject.query.getAll(name).includes(value),
  );
}
