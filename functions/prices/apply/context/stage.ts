import { accepted } from '../../../platform/validation/checked.ts';
import type { Outcome } from '../../../platform/validation/outcome.ts';
import type { PriceRules } from '../../plan/limits.ts';
import type { PriceList } from '../../plan/price-list.ts';
import type { ChangeRecord } from '../../store/change-record.ts';
import type { ApplyDependencies } from './apply-dependencies.ts';

/** One change in the hands of one worker that holds the lease of its product. */
export type ApplyContext = Omit<ApplyDependencies, 'priceList' | 'rules'> & {
  /** The fence of the product's lease: every transition carries it. */
  fence: number;
  priceList: PriceList;
  rules: PriceRules;
};

export type Retry = Extract<Outcome<never>, { kind: 'retry' }>;

/** Where a stage leaves a change: a record to go on with, or when to come back and why. */
export type StepResult = Exclude<Outcome<ChangeRecord>, { kind: 'rejected' }>;

export const goOn = (value: ChangeRecord): StepResult => accepted(value);

export const comeBack = (afterMillis: number, reason: string): Retry => ({
  kind: 'retry',
  afterMillis: Math.max(0, afterMillis),
  reason,
});
