import type { ApiWrite } from '../../app-store-connect/protocol/api-request.ts';
import type { ShownPrices, Timeline } from './price-state.ts';
import { sameTimeline, timelineOf } from './price-state.ts';

/** What one write does to each territory it touches: the price list before and after. */
export type Effect = { before: Timeline; after: Timeline };

/** One write request and what it does. */
export type StepDraft = {
  name: string;
  write: ApiWrite;
  effects: Record<string, Effect>;
  /** The write also restates what is to stay, so Apple's state is read again just before it goes out. */
  replacesAll: boolean;
};

/** A step of a plan; its id orders the audit's objects and is the same in every repeat. */
export type Step = StepDraft & { id: string };

/** Numbers steps: `001-USA`. */
export const numbered = (drafts: readonly StepDraft[]): Step[] =>
  drafts.map((draft, index) => ({ ...draft, id: `${String(index + 1).padStart(3, '0')}-${draft.name}` }));

/** What Apple's state says of some effects. */
export type Comparison = 'after' | 'before' | 'other';

/**
 * Whether a state shows the effects, none of them, or something else. Effects that change nothing are `after`.
 */
export function compareEffects(state: ShownPrices, effects: Record<string, Effect>): Comparison {
  const territories = Object.entries(effects);
  const shows = (pick: (effect: Effect) => Timeline): boolean =>
    territories.every(([territory, effect]) =>
      sameTimeline(timelineOf(state.territories.get(territory)), pick(effect), state.today),
    );
  if (shows(({ after }) => after)) return 'after';
  return shows(({ before }) => before) ? 'before' : 'other';
}
