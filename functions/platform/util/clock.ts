/** Milliseconds since the Unix epoch, as `Date.now()` counts them. */
export type EpochMillis = number;

/** Where the time comes from. Injected everywhere, so that tests and the local run choose the day. */
export type Clock = { now(): EpochMillis };

/** The machine's clock: what a deployed function uses. */
export const systemClock: Clock = { now: () => Date.now() };

/** Waits; injected so that retries can be tested without waiting. */
export type Sleep = (millis: number) => Promise<void>;

export const realSleep: Sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
