import type { Problem } from '../../../platform/errors.ts';
import type { Clock } from '../../../platform/util/clock.ts';
import { sha256Hex } from '../../../platform/util/hash.ts';
import { DAY_MILLIS } from '../../../platform/util/time.ts';
import { isTooDeep } from '../../../platform/validation/problems.ts';
import type { Origin } from '../../request/origin.ts';
import { canonicalJson } from '../../request/price-request.ts';
import type { RefusedRequests } from './refused-requests.ts';

/** An event comes again within hours by itself, and out of a dead-letter queue within 14 days. */
const REMEMBERED_DAYS = 15;

/**
 * What a request was answered when its event was delivered before. Events are delivered at least once, and what was told
 * as refused must not be accepted by a later delivery, when settings, products or other campaigns have moved on. Whoever
 * sends the request as a new event, or uploads its file anew, means it: that is asked anew.
 */
export type EarlierRefusal = {
  /** Why it was refused; `undefined`: it was not, or so long ago that it is asked anew. */
  read(): Promise<readonly Problem[] | undefined>;
  /** To be called before anybody is told. */
  keep(problems: readonly Problem[]): Promise<void>;
};

/** Of a request whose answer is read at once: nothing delivers it twice. */
export const NOT_DELIVERED_AGAIN: EarlierRefusal = {
  read: async () => undefined,
  keep: async () => undefined,
};

export function earlierRefusalOf(
  { refusals, clock, origin }: { refusals: RefusedRequests; clock: Clock; origin?: Origin },
  json: unknown,
): EarlierRefusal {
  // What is nested too deeply is refused for good.
  if (isTooDeep(json)) return NOT_DELIVERED_AGAIN;
  const sha256 = sha256Hex(deliveryText(origin, json));
  return {
    read: async () => {
      const refused = await refusals.read(sha256);
      // mutation: refusal-remembered
      if (refused === undefined || clock.now() - refused.at > REMEMBERED_DAYS * DAY_MILLIS) return undefined;
      return refused.problems;
    },
    keep: (problems) => refusals.write(sha256, { at: clock.now(), problems }),
  };
}

/** The id of the event that tells of a refusal: the same for every delivery of one event, another for the next event. */
export const refusalEventId = (detailType: string, origin: Origin | undefined, json: unknown): string =>
  sha256Hex(`${detailType}\n${deliveryText(origin, json)}`);

/** A request together with the event that it came by; a file holds several requests. */
const deliveryText = (origin: Origin | undefined, json: unknown): string =>
  `${origin?.eventId ?? ''}\n${isTooDeep(json) ? '' : canonicalJson(json)}`;
