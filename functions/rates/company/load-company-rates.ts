import type { Problem } from '../../platform/errors.ts';
import type { Log } from '../../platform/logging/log.ts';
import type { Clock } from '../../platform/util/clock.ts';
import type { RateStore } from '../store/rate-store.ts';
import { parseCompanyRates } from './parse-company-rates.ts';

export type RatesAnswer = {
  status: 'accepted' | 'rejected';
  rates?: number;
  currencies?: string[];
  from?: string;
  to?: string;
  problems?: readonly Problem[];
};

const INBOX = 'inbox/rates/';
const MAXIMUM_BYTES = 8 << 20;

/** Where the answer to a file lies: another prefix, so that it is no file of rates again. */
export const answerKey = (key: string): string => `outbox/rates/${key.slice(INBOX.length)}.answer.json`;

/** Stores the rates of a file of `inbox/rates/`, all or none. A file of the same name replaces the one before. */
export async function loadCompanyRates(
  { store, clock, log }: { store: RateStore; clock: Clock; log: Pick<Log, 'info'> },
  key: string,
): Promise<RatesAnswer> {
  const text = await store.readInbox(key, MAXIMUM_BYTES);
  const parsed = text.kind === 'rejected' ? text : parseCompanyRates(text.value);
  if (parsed.kind === 'rejected') {
    const answer: RatesAnswer = { status: 'rejected', problems: parsed.problems };
    await store.answer(answerKey(key), answer);
    log.info('Exchange rates refused', { key, problems: parsed.problems.length });
    return answer;
  }
  const days = parsed.value.map(({ day }) => day).toSorted();
  await store.writeCompany(key.slice(INBOX.length), parsed.value, new Date(clock.now()).toISOString());
  const answer: RatesAnswer = {
    status: 'accepted',
    rates: parsed.value.length,
    currencies: [...new Set(parsed.value.map(({ currency }) => currency))].toSorted(),
    from: days[0] ?? '',
    to: days.at(-1) ?? '',
  };
  await store.answer(answerKey(key), answer);
  log.info('Exchange rates stored', { key, rates: parsed.value.length });
  return answer;
}
