import type { EventDetail } from '../../events/contract.ts';
import type { TeamSettings } from '../../platform/config/settings.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { pacificToday } from '../../prices/request/pacific-day.ts';
import type { ChangeRecord } from '../../prices/store/change-record.ts';
import type { LookDays } from '../estimator/windows.ts';
import { dayOf } from '../history/day-number.ts';
import type { StoredLook } from '../store/effect-store.ts';
import { type Comparing, compareChange } from './compare-change.ts';
import type { EffectDependencies } from './effect-dependencies.ts';

type Detail = EventDetail<'Price Effect Measured'>;

/** `inputs`: content of the reports by day. `before`: this look as it was measured last. `earlier`: all looks that are stored. */
export type Measuring = Comparing & {
  inputs: Record<string, string>;
  before: StoredLook | undefined;
  earlier: readonly StoredLook[];
};

/** One look, measured from the reports as they are now, as it is stored and told. */
export async function measureAnew(
  deps: EffectDependencies,
  team: TeamSettings,
  record: ChangeRecord,
  measuring: Measuring,
): Promise<StoredLook> {
  const { lookDays, inputs, before, earlier, at } = measuring;
  const { product, requestedBy, reason } = record.request;
  const { changeId } = record;
  const { sides, measures, remarks } = await compareChange(deps, team, record, measuring);
  const version = (before?.detail.version ?? 0) + 1;
  const detail: Detail = {
    id: sha256Hex(`Price Effect Measured\n${team.name}\n${changeId}\n${lookDays}\n${version}`),
    team: team.name,
    changeId,
    product,
    changeDay: dayOf(at),
    lookDays,
    version,
    measuredOn: pacificToday(deps.clock.now()),
    changedTerritories: sides.changed.map(([territory]) => territory).toSorted(),
    stayedTerritories: sides.stayed.map(([territory]) => territory).toSorted(),
    measures,
    remarks: [
      ...restated(before, inputs),
      ...saidBefore(earlier, lookDays, measures),
      ...sides.leftOut,
      ...remarks,
    ],
    requestedBy,
    ...(reason !== undefined && { reason }),
  };
  return { detail, inputs, told: before === undefined || !sameOutcomes(before.detail.measures, measures) };
}

const sameOutcomes = (a: Detail['measures'], b: Detail['measures']): boolean =>
  JSON.stringify(a.map(({ measure: name, outcome }) => [name, outcome])) ===
  JSON.stringify(b.map(({ measure: name, outcome }) => [name, outcome]));

function restated(before: StoredLook | undefined, inputs: Record<string, string>): string[] {
  if (before === undefined) return [];
  const changed = Object.keys(inputs).filter((key) => inputs[key] !== before.inputs[key]);
  return [
    `Measured again, as Apple has restated ${changed.length} report${changed.length === 1 ? '' : 's'} of the compared days.`,
  ];
}

/** A later look replaces an earlier one: where its word differs, that is said. */
function saidBefore(
  earlier: readonly StoredLook[],
  lookDays: LookDays,
  measures: Detail['measures'],
): string[] {
  const [last] = earlier
    .filter(({ detail }) => detail.lookDays < lookDays)
    .toSorted((a, b) => b.detail.lookDays - a.detail.lookDays);
  const [main] = measures;
  const then = last?.detail.measures.find(({ measure: name }) => name === main?.measure);
  if (last === undefined || then === undefined || main === undefined || then.outcome === main.outcome)
    return [];
  return [`The look after ${last.detail.lookDays} days said: ${then.words} This look replaces it.`];
}
