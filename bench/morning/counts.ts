/** Counts by second, and by second and key, so that a peak can be named. */
export class PeakCounter {
  readonly #seconds = new Map<number, number>();
  readonly #keys = new Map<string, number>();

  add(at: number, key: string, units: number): void {
    const second = Math.floor(at / 1000);
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + units);
    const name = `${key} ${second}`;
    this.#keys.set(name, (this.#keys.get(name) ?? 0) + units);
  }

  /** The most units within one second: of all keys together, and of the busiest one. */
  peaks(): { together: number; oneKey: number } {
    return { together: most(this.#seconds.values()), oneKey: most(this.#keys.values()) };
  }
}

function most(values: Iterable<number>): number {
  let highest = 0;
  for (const value of values) if (value > highest) highest = value;
  return highest;
}
