import { describeDiagnoses } from '../../../app-store-connect/diagnosis/diagnose.ts';
import type { AppStoreConnectError } from '../../../app-store-connect/protocol/errors.ts';
import type { Problem } from '../../../platform/errors.ts';
import type { EpochMillis } from '../../../platform/util/clock.ts';
import type { Step } from '../../plan/steps.ts';
import { daysAfter, pacificToday } from '../../request/pacific-day.ts';
import type { Refusal } from '../../store/change-record.ts';

type RefusedStep = { step: Step; error: AppStoreConnectError };

/**
 * What Apple's definite refusals of a wave's steps mean together. Another plan helps only if it helps all of them.
 *
 * Live answers to a start date that is too early: pointer `…/attributes/startDate`, or pointer
 * `/included/0/relationships/prices` with the detail `Invalid startDate=2026-01-19, a future date is expected, and must
 * be on or after 2026-01-20`. To a second scheduled price: `You cannot create more than one future prices for
 * territory = CHE.`
 */
export function refusalOf(refused: readonly RefusedStep[], now: EpochMillis): Refusal {
  const all = (is: (error: AppStoreConnectError) => boolean): boolean =>
    refused.every(({ error }) => error.code === 'CONFLICT' && error.errors.length > 0 && is(error));
  const problems = refused.flatMap(({ step, error }) => problemsOf(error, step));
  const days = refused.flatMap(({ step, error }) => earliestDays(step, error, now)).toSorted();
  const earliestDay = all(startsTooEarly) ? days.at(-1) : undefined;
  return {
    problems,
    secondScheduledPrice: all(isSecondScheduledPrice),
    ...(earliestDay !== undefined && { earliestDay }),
  };
}

type AppleErrorEntry = AppStoreConnectError['errors'][number];

const namesDay = ({ detail, source }: AppleErrorEntry): boolean =>
  source?.pointer?.endsWith('/attributes/startDate') === true || /\bstartDate\b.*future date/.test(detail);

/** Apple may have withdrawn the price point since it was read. */
export const namesPricePoint = ({ errors }: AppStoreConnectError): boolean =>
  errors.some(
    ({ detail, source }) => /PricePoint(\/|$)/.test(source?.pointer ?? '') || /price ?point/i.test(detail),
  );

const startsTooEarly = ({ errors }: AppStoreConnectError): boolean => errors.every(namesDay);

const isSecondScheduledPrice = ({ errors }: AppStoreConnectError): boolean =>
  errors.every(({ detail }) => /more than one future price/i.test(detail));

/** The earliest days that Apple's answer names; the day after the one that was sent where it names none. */
function earliestDays(step: Step, { errors }: AppStoreConnectError, now: EpochMillis): string[] {
  const sent = Object.values(step.effects).flatMap(({ after }) => after.flatMap(({ from }) => from ?? []));
  const next = daysAfter(sent.toSorted().at(-1) ?? pacificToday(now), 1);
  return errors.map(({ detail }) => /on or after (\d{4}-\d{2}-\d{2})/.exec(detail)?.[1] ?? next);
}

/** Apple's words, each with the territory it is about where that can be told. */
function problemsOf(error: AppStoreConnectError, step: Step): Problem[] {
  const territories = Object.keys(step.effects);
  if (error.errors.length === 0) return [{ path: step.name, message: error.message }];
  return error.errors.map(({ code, detail, source }) => {
    const index = /^\/included\/(\d+)/.exec(source?.pointer ?? '')?.[1];
    const only = territories.length === 1 ? territories[0] : undefined;
    const path = only ?? (index === undefined ? step.name : `${step.name}, item ${Number(index) + 1}`);
    const fix = describeDiagnoses(error.diagnoses) || bulkHint(step, code);
    const message = `${code}: ${detail}${fix === undefined ? '' : ` ${fix}`}${idText(error)}`;
    return { path, message };
  });
}

/** What Apple's support asks for. */
const idText = ({ requestId }: AppStoreConnectError): string =>
  requestId === undefined ? '' : ` (Apple's request id ${requestId})`;

/** Apple takes prices inline with a subscription's first ones; whether with later ones, it does not say. */
const bulkHint = ({ write }: Step, code: string): string | undefined =>
  write.method === 'PATCH' && code.startsWith('STATE_ERROR')
    ? 'Apple does not take these prices in bulk: set subscriptionWrites to "auto" or "perTerritory".'
    : undefined;
