import { outgoingEvent } from '../../events/event-types.ts';
import { JobError, type Problem } from '../../platform/errors.ts';
import { MetricName } from '../../platform/logging/metrics.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { unreachable } from '../../platform/validation/outcome.ts';
import type { FileOrigin, PriceFile } from '../request/price-file.ts';
import type { PriceFiles } from '../store/price-files.ts';
import { acceptChange } from './accept-change.ts';
import type { AcceptDependencies } from './accept-dependencies.ts';

/** Where requests are dropped, and where their answers are laid: different, so that no answer is a request. */
export const INBOX = 'inbox/prices/';
const OUTBOX = 'outbox/prices/';

/** A megabyte is a few thousand prices; whatever is larger is no price file. */
const LARGEST_BYTES = 5 * 1024 * 1024;

/** Accepts one request of a file: the change of a product, or a campaign. */
export type AcceptRequest = (json: unknown, announce: boolean) => Promise<object>;

/** Accepts every request of a file and lays the answers beside it, in the outbox. */
export async function acceptFile(
  deps: AcceptDependencies & { files: PriceFiles },
  origin: FileOrigin,
  accept: AcceptRequest = (json, announce) => acceptChange(deps, json, announce),
): Promise<{ answerKey: string; answers: object[] }> {
  if (!origin.key.startsWith(INBOX)) {
    throw new JobError({
      code: 'EVENT_INVALID',
      message: `Only what lies under ${INBOX} is a price file; the event names another object, and nothing was read.`,
      retryable: false,
    });
  }
  const file = await deps.files.read(origin.key, origin.versionId, LARGEST_BYTES);
  // Loaded with the first file: events and invocations need no parser of files.
  const { parsePriceFile } = await import('../request/price-file.ts');
  const parsed = file.kind === 'ok' ? parsePriceFile(file.value, origin) : file;
  const answers = await answersTo(deps, origin, parsed, accept);
  const name = origin.key.slice(INBOX.length);
  const answerKey = `${OUTBOX}${answerName(name)}`;
  await deps.files.write(answerKey, {
    file: origin.key,
    versionId: origin.versionId,
    at: new Date(deps.clock.now()).toISOString(),
    answers,
  });
  return { answerKey, answers };
}

async function answersTo(
  deps: AcceptDependencies,
  origin: FileOrigin,
  parsed: PriceFile,
  accept: AcceptRequest,
): Promise<object[]> {
  switch (parsed.kind) {
    case 'ok': {
      const answers: object[] = [];
      // One after the other: requests for one product keep the file's order.
      for (const request of parsed.value) answers.push(await accept(request, true));
      return answers;
    }
    case 'rejected':
      await publishUnreadable(deps, origin, parsed.problems);
      return [{ status: 'rejected', problems: parsed.problems }];
    default:
      return unreachable(parsed);
  }
}

/** People are notified, as nobody who uploads a file looks into the outbox until something is missing. */
async function publishUnreadable(
  deps: AcceptDependencies,
  { key, versionId }: FileOrigin,
  problems: readonly Problem[],
): Promise<void> {
  deps.log.warn('Price file rejected', { key, versionId, problems });
  const id = sha256Hex(`Price Change Rejected\n${key}\n${versionId}`);
  deps.metric(MetricName.priceChangeRejected, 1, {});
  await deps.sendEvents([outgoingEvent('Price Change Rejected', { id, file: key, problems: [...problems] })]);
}

/** S3 takes keys of 1024 bytes; the answer to a file whose name uses them up is named by a hash. */
const MAXIMUM_NAME_BYTES = 900;

const answerName = (name: string): string =>
  Buffer.byteLength(name) > MAXIMUM_NAME_BYTES ? `${sha256Hex(name)}.answer.json` : `${name}.answer.json`;
