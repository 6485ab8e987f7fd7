import type { DiagnosisFacts } from './facts.ts';

/** Every cause that a diagnosis can name. `docs/keys.md` has a paragraph for each, under the cause as heading. */
export const CAUSES = [
  'clock-ahead',
  'clock-behind',
  'lifetime-too-long',
  'key-revoked',
  'key-never-activated',
  'key-and-id-differ',
  'issuer-of-another-team',
  'wrong-key-kind',
  'token-malformed',
  'agreement-unsigned',
  'individual-key',
  'role-too-narrow',
  'vendor-not-of-this-team',
  'rate-limited',
  'apple-unavailable',
  'network-blocked',
  'secret-missing',
  'secret-deleted',
  'secret-not-permitted',
  'secret-not-decryptable',
  'secret-malformed',
  'secrets-manager-unavailable',
  'aws-session',
  'not-a-key-fault',
] as const;

export type Cause = (typeof CAUSES)[number];

/** `certain`: follows from the facts. `likely`: what it nearly always is. `possible`: not ruled out. */
export const CONFIDENCES = ['certain', 'likely', 'possible'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

export type Diagnosis = {
  cause: Cause;
  confidence: Confidence;
  /** What is wrong and what to do next, in one to three sentences. Never holds key material. */
  fix: string;
  /** Where it is described at length. */
  docs: string;
};

export const diagnosisOf = (cause: Cause, confidence: Confidence, fix: string): Diagnosis => ({
  cause,
  confidence,
  fix,
  docs: `docs/keys.md#${cause}`,
});

/** One rule: the facts in, the causes out for which they speak, the most likely first. */
export type Rule = (facts: DiagnosisFacts) => Diagnosis | readonly Diagnosis[] | undefined;
