import { clockRules } from './clock-rules.ts';
import { type Confidence, type Diagnosis, diagnosisOf, type Rule } from './diagnosis.ts';
import type { DiagnosisFacts } from './facts.ts';
import { keyRules } from './key-rules.ts';
import { permissionRules } from './permission-rules.ts';
import { secretRules } from './secret-rules.ts';
import { serviceRules } from './service-rules.ts';

/** In the order in which causes of the same confidence are told: what is cheapest to check comes first. */
const RULES: readonly Rule[] = [
  ...secretRules,
  ...clockRules,
  ...serviceRules,
  ...permissionRules,
  ...keyRules,
];

const RANK: Record<Confidence, number> = { certain: 0, likely: 1, possible: 2 };

/**
 * Says why a call failed, from facts alone: all causes that the facts speak for, the most certain first, at
 * least one. Pure.
 *
 * A cause that is certain stands alone, so that nobody makes a new key because of a clock.
 */
export function diagnose(facts: DiagnosisFacts): readonly [Diagnosis, ...Diagnosis[]] {
  const found = RULES.flatMap((rule) => rule(facts) ?? []);
  const certain = found.filter(({ confidence }) => confidence === 'certain');
  const ranked = (certain.length > 0 ? certain : found).toSorted(
    (a, b) => RANK[a.confidence] - RANK[b.confidence],
  );
  const [first, ...others] = ranked;
  return first === undefined ? [notAKeyFault(facts)] : [first, ...others];
}

const notAKeyFault = ({ response }: DiagnosisFacts): Diagnosis =>
  diagnosisOf(
    'not-a-key-fault',
    response === undefined ? 'possible' : 'certain',
    response === undefined
      ? 'Nothing known speaks against the key. Look at the error itself.'
      : 'Apple accepted the key and its rights; look at the request.',
  );

/** What comes before a cause that stands alone. */
const SINGLE_CAUSE: Record<Confidence, string> = {
  certain: '',
  likely: 'Most likely: ',
  possible: 'The cause is not certain. ',
};

/**
 * Several causes as one text, the most likely first. Says so where the cause cannot be told: a possibility is never
 * told as a fact.
 */
export function describeDiagnoses(diagnoses: readonly Diagnosis[]): string {
  const [first, ...others] = diagnoses;
  if (first === undefined) return '';
  if (others.length === 0) return `${SINGLE_CAUSE[first.confidence]}${first.fix}`;
  const list = diagnoses
    .map(({ confidence, fix }, index) => `${index + 1}. (${confidence}) ${fix}`)
    .join(' ');
  return first.confidence === 'possible'
    ? `The cause cannot be told from the response. What it may be, to be checked in this order: ${list}`
    : list;
}

/** The first cause, for a subject or a headline: `key-revoked`, `most likely key-revoked`, `cause not certain`. */
export function headlineOf(diagnoses: readonly Diagnosis[]): string {
  const [first] = diagnoses;
  if (first === undefined || first.confidence === 'possible') return 'cause not certain';
  return first.confidence === 'likely' ? `most likely ${first.cause}` : first.cause;
}
