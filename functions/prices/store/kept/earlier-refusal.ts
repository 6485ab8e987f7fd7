import type { Problem } from '../../../platform/errors.ts';
import type { Clock } from '../../../platform/util/clock.ts';
import { sha256Hex } from '../../../platform/util/hash.ts';
import { DAY_MILLIS } from '../../../platform/util/time.ts';
import { boundedProblems, isTooDeep } from '../../../platform/validation/problems.ts';
import { canonicalJson } from '../../request/price-request.ts';
import type { RefusedRequests } from './refused-requests.ts';

/** The same event or file comes again within hours by itself, and out of a dead-letter queue within 14 days. */
const REMEMBERED_DAYS = 15;

const EARLIER = '(refused before)';

/**
 * What the same request was answered before it was registered. Events and files are delivered at least once, and what
 * was told as refused must not be accepted by a later delivery, when settings, products or other campaigns have moved on.
 */
export type EarlierRefusal = {
  /** Why it was refused; `undefined`: it was not, or so long ago that it is asked anew. */
  read(): Promise<readonly Problem[] | undefined>;
  /** To be called before anybody is told. */
  keep(problems: readonly Problem[]): Promise<void>;
};

/** Of a request whose answer is read at once: whoever asks again means it. */
export const NOT_DELIVERED_AGAIN: EarlierRefusal = {
  read: async () => undefined,
  keep: async () => undefined,
};

export function earlierRefusalOf(
  { refusals, clock }: { refusals: RefusedRequests; clock: Clock },
  json: unknown,
): EarlierRefusal {
  // What is nested too deeply is refused for good.
  if (isTooDeep(json)) return NOT_DELIVERED_AGAIN;
  const sha256 = sha256Hex(canonicalJson(json));
  return {
    read: async () => {
      const refused = await refusals.read(sha256);
      // mutation: refusal-remembered
      if (refused === undefined || clock.now() - refused.at > REMEMBERED_DAYS * DAY_MILLIS) return undefined;
      const at = new Date(refused.at).toISOString();
      return boundedProblems([
        {
          path: EARLIER,
          message: `the same request was refused at ${at}, and within ${REMEMBERED_DAYS} days an event or a file that comes again is not asked anew; if the reason is gone, ask under a new name, or by asc-jobs or a direct invocation`,
        },
        ...refused.problems,
      ]);
    },
    keep: (problems) => refusals.write(sha256, { at: clock.now(), problems }),
  };
}

/** The id of the event that tells of a refusal: of the request, and of the earlier refusal that its answer names. */
export function refusalEventId(detailType: string, json: unknown, problems: readonly Problem[] = []): string {
  const again = problems.find(({ path }) => path === EARLIER)?.message ?? '';
  return sha256Hex(`${detailType}\n${isTooDeep(json) ? '' : canonicalJson(json)}${again && `\n${again}`}`);
}
