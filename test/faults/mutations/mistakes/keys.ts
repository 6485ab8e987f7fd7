import {
  afterTheNext,
  alsoWhen,
  always,
  argumentIs,
  becomes,
  conditionIgnored,
  declared,
  never,
  onlyFirstOperand,
  otherwise,
  parameter,
  removed,
  valueIs,
} from '../form/changes.ts';
import type { Mistake, TestedMistake } from '../form/mistake.ts';

/** Mistakes with keys, tokens and circuit breakers that the histories of the whole product must notice. */
export const KEY_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'a 5xx after a write is taken for "not done"',
    mark: 'write-answered-5xx',
    change: otherwise,
  },
  {
    mistake: 'a lost connection during a write is taken for "not done"',
    mark: 'connection-lost',
    change: argumentIs(1, () => 'false'),
  },
  {
    mistake: 'a token of a write is used again',
    mark: 'token-per-write',
    change: becomes(({ node }) => {
      const minted = node.getText().replace('return ', '').replace(';', '');
      return `return this.#tokens.get('write') ?? this.#tokens.set('write', await ${minted}).get('write');`;
    }),
  },
  {
    mistake: 'a refused key does not open its circuit',
    mark: 'report-refused-key',
    change: removed,
  },
  {
    mistake: 'Apple is called without asking the circuit breaker',
    mark: 'write-asks-gate',
    change: removed,
  },
  {
    mistake: 'the open circuit of an old key keeps a new key out',
    mark: 'gate-of-new-key',
    change: never,
  },
  {
    mistake: 'the probe of an open circuit keeps itself out, so that its refusal is told nobody',
    mark: 'probe-repeats',
    change: argumentIs(0, () => 'undefined'),
  },
  {
    mistake: 'a new key is put into use though Apple refuses it',
    mark: 'candidate-refused',
    change: never,
  },
  {
    mistake: 'a rotation is closed while Apple still takes the old key',
    mark: 'old-key-refused',
    change: always,
  },
  {
    mistake: 'a rotation that was cut short undoes a later one',
    mark: 'not-overtaken',
    change: always,
  },
  {
    mistake: 'a key that came into use at the very moment of a rotation is undone',
    mark: 'move-current',
    change: argumentIs(2, (seen, at) => declared(at, seen)),
  },
  {
    mistake: 'a notice is sent without a claim',
    mark: 'notice-claimed',
    change: never,
  },
  {
    mistake: 'a rotation stands still once it was cut short',
    mark: 'promote-once',
    change: alsoWhen((at) => `${parameter(at, 0)}.clock.now() - ${parameter(at, 2)}.startedAt > 60_000`),
  },
  {
    mistake: 'a key that Apple refuses keeps its circuit closed for the daily check',
    mark: 'check-opens-gate',
    change: always,
  },
  {
    mistake: 'a single stray refusal in the daily check tells a good key as refused',
    mark: 'check-believes-one-401',
    change: valueIs('true'),
  },
];

/** Mistakes that hardly any order of events brings to light. */
export const RARE_KEY_MISTAKES: readonly TestedMistake[] = [
  {
    mistake: 'a notice counts as sent before it is',
    mark: 'send-notice',
    change: afterTheNext,
    test: 'test/keys/send-notice.test.ts',
  },
  {
    mistake: 'the circuit of a new key opens for the refusals of the one before it',
    mark: 'circuit-of-new-key',
    change: valueIs('true'),
    test: 'test/app-store-connect/refusals/replaced-while-refused.test.ts',
  },
  {
    mistake: 'the key before the last rotation is tried though it was refused before',
    mark: 'refused-fallback',
    change: onlyFirstOperand,
    test: 'test/app-store-connect/refusals/replaced-while-refused.test.ts',
  },
  {
    mistake: 'a new key of a secret is not tried by a request that was refused before it came',
    mark: 'new-key-tried',
    change: always,
    test: 'test/app-store-connect/refusals/replaced-while-refused.test.ts',
  },
  {
    mistake: 'a rotation is closed while somebody else is about to tell of it',
    mark: 'close-after-notice',
    change: conditionIgnored,
    test: 'test/keys/interrupted-rotation.test.ts',
  },
  {
    mistake: 'a later attempt of the day asks about every key, also where there is an answer',
    mark: 'check-asks-again',
    change: conditionIgnored,
    test: 'test/keys/check/check-again.test.ts',
  },
  {
    mistake: 'a later key check of the day lets all prices go before it',
    mark: 'check-beside-prices',
    change: valueIs('given'),
    test: 'test/keys/check/check-again.test.ts',
  },
];
