import type { PriceList } from '../plan/price-list.ts';
import type { ChangeRecord } from '../store/change-record.ts';
import type { ApplyDependencies } from './apply-dependencies.ts';

/** One change in one worker's hands. */
export type ApplyContext = { deps: ApplyDependencies; fence: number; priceList: PriceList };

/** Where a stage leaves a change: a record to go on with, or how many milliseconds later to come back. */
export type StepResult = { record: ChangeRecord } | { later: number };
