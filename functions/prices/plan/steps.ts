import type { ApiWrite } from '../../app-store-connect/protocol/api-request.ts';
import {
  type EndedPrice,
  endedOn,
  type ShownPrices,
  sameTimeline,
  type Timeline,
  timelineOf,
} from './price-state.ts';

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
export type Comparison = 'after' | 'before' | 'other' | 'ended';

/** Before every day, so that a timeline reads as it was planned. */
const AS_PLANNED = '';

/**
 * What a state says of one write's effects: it shows them (`after`), none of them (`before`), or something else
 * (`other`). Effects that change nothing are `after`. `ended`: a price that they set is over, and on the day of the state
 * both sides read the same, so that no state can say whether it was ever there.
 */
export function compareEffects(state: ShownPrices, effects: Record<string, Effect>): Comparison {
  const { today } = state;
  // One write takes effect as a whole: what one of its territories shows is true of the others.
  const tells = Object.values(effects).some(({ before, after }) => !sameTimeline(before, after, today));
  // mutation: ended-untold
  if (!tells && endedPrices(effects, today).length > 0) return 'ended';
  if (showsEffects(state, effects)) return 'after';
  return shows(state, effects, ({ before }) => before) ? 'before' : 'other';
}

/** Whether a state shows what is to be there on its day. */
export const showsEffects = (state: ShownPrices, effects: Record<string, Effect>): boolean =>
  shows(state, effects, ({ after }) => after);

const shows = (
  { territories, today }: ShownPrices,
  effects: Record<string, Effect>,
  side: (effect: Effect) => Timeline,
): boolean =>
  Object.entries(effects).every(([territory, effect]) =>
    sameTimeline(timelineOf(territories.get(territory)), side(effect), today),
  );

/**
 * The prices that some effects set and that are over on a day without a trace: what is there then would be there without
 * them as well. A price that was there before, and one that is taken away, is none of them.
 */
export const endedPrices = (
  effects: Record<string, Effect>,
  today: string,
): (EndedPrice & { territory: string })[] =>
  Object.entries(effects).flatMap(([territory, { before, after }]) => {
    if (sameTimeline(before, after, AS_PLANNED) || !sameTimeline(before, after, today)) return [];
    return endedOn(after, today)
      .filter((one) => !before.some((old) => sameTimeline([old], [one], AS_PLANNED)))
      .map((ended) => ({ territory, ...ended }));
  });
