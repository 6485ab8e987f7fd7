import { inspect } from 'node:util';
import { MASK } from './redaction.ts';

/**
 * Holds a value that must never be printed: every way of turning it into text gives a mask. Only
 * {@link SecretValue.reveal} gives the value, so that each place that uses it can be found by name.
 */
export class SecretValue<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. Pass it straight on to what needs it; never store or print it. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
