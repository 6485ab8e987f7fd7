import { sha256Hex } from '../../../platform/util/hash.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Effect, Step } from '../../plan/steps.ts';
import type { ChangeRecord } from '../../store/change-record.ts';

// Which steps of a plan go out together, and what is settled of it. Pure.
//
// A wave is a set of steps that may be under way at once. They are marked by one write of the record, and each of them
// is settled by itself: acknowledged, refused, to be sent again, or uncertain. An uncertain one, and after a crash the
// whole wave, is settled by one read-back.

/** Requests of one change that may be under way at once. */
export const WAVE_SIZE = 8;

type Progress = Pick<ChangeRecord, 'cursor' | 'settledAhead'>;

export const settledSteps = (plan: Plan, { cursor, settledAhead }: Progress): Step[] => {
  const ahead = new Set(settledAhead);
  return plan.steps.filter(({ id }, index) => index < cursor || ahead.has(id));
};

export const openSteps = (plan: Plan, { cursor, settledAhead }: Progress): Step[] => {
  const ahead = new Set(settledAhead);
  return plan.steps.slice(cursor).filter(({ id }) => !ahead.has(id));
};

/**
 * The steps that go out next, in the plan's order. The first step of a plan goes alone, so that what Apple refuses of
 * all of them, such as the start date, is refused once. A step that replaces the whole list goes alone and in its turn; of
 * two steps for one territory the second waits for the first.
 */
export function nextWave(plan: Plan, progress: Progress): Step[] {
  const size = settledSteps(plan, progress).length === 0 ? 1 : WAVE_SIZE;
  const wave: Step[] = [];
  const touched = new Set<string>();
  for (const step of openSteps(plan, progress)) {
    if (wave.length === size || (step.replacesAll && (wave.length > 0 || touched.size > 0))) break;
    const territories = Object.keys(step.effects);
    if (!territories.some((territory) => touched.has(territory))) wave.push(step);
    for (const territory of territories) touched.add(territory);
    if (step.replacesAll) break;
  }
  return wave;
}

/** The record once some steps are settled: what its next write will say. */
export function withSettled(record: ChangeRecord, plan: Plan, steps: readonly string[]): ChangeRecord {
  const ahead = new Set([...record.settledAhead, ...steps]);
  let { cursor } = record;
  for (let next = plan.steps[cursor]; next !== undefined && ahead.has(next.id); next = plan.steps[cursor]) {
    ahead.delete(next.id);
    cursor += 1;
  }
  const uncertain = record.sending?.steps.filter((step) => !steps.includes(step)) ?? [];
  const sending =
    record.sending === undefined || uncertain.length === 0
      ? undefined
      : { ...record.sending, steps: uncertain };
  return { ...record, cursor, settledAhead: [...ahead], sending };
}

/** What some steps do together; of two steps for one territory the later one decides what comes after. */
export function effectsOf(steps: readonly Step[]): Record<string, Effect> {
  const effects: Record<string, Effect> = {};
  for (const step of steps) {
    for (const [territory, effect] of Object.entries(step.effects)) {
      effects[territory] = { before: effects[territory]?.before ?? effect.before, after: effect.after };
    }
  }
  return effects;
}

/** The audit object of a wave: named by its content, so that a repeat of the same wave chooses the same name. */
export function waveName(record: ChangeRecord, plan: Plan, wave: readonly Step[]): string {
  const [first] = wave;
  if (first === undefined) throw new RangeError('a wave has at least one step');
  const suffix = record.planKeys.length > 1 ? `-plan${record.planKeys.length}` : '';
  if (wave.length === 1) return `${first.id}${suffix}`;
  const content = sha256Hex([plan.sha256, ...wave.map(({ id }) => id)].join('\n'));
  return `${first.id}-and-${wave.length - 1}-more-${content.slice(0, 8)}${suffix}`;
}
