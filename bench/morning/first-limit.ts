import { HOUR_RESERVE } from '../../functions/app-store-connect/rate-limit/request-quota.ts';
import { HOUR_MILLIS } from '../../functions/platform/util/time.ts';
import { QUEUED_FOR_MILLIS } from '../../functions/reports/partition/plan-partitions.ts';
import { FETCHING, PLAN_TIMEOUT } from '../../infra/reports/reports.ts';
import { type Figures, left, right } from '../report/figures.ts';
import type { Watched } from './watch.ts';

/** Apple's documented limit of a key. */
const APPLE_HOUR = 3500;
/** From eight, when reports are promised, to noon, when `NoReportByNoon` judges. The planner starts at seven past. */
const MORNING_HOURS = 4 - 7 / 60;

type Limit = {
  name: string;
  allowed: number;
  used: number;
  unit: string;
  /** Whether twice the teams use twice as much. */
  grows: boolean;
  past: string;
};

/** Every limit that a morning could meet, and what it takes of each, the first one first. */
export function limitFigures(
  teams: number,
  plannerSeconds: number,
  morning: Watched,
  caughtUpAfterHours: number,
): Figures {
  const limits = limitsOf(plannerSeconds, morning, caughtUpAfterHours)
    .map((limit) => ({
      ...limit,
      metAt: limit.grows ? (teams * limit.allowed) / limit.used : Number.POSITIVE_INFINITY,
    }))
    .sort((one, other) => one.metAt - other.metAt || one.allowed / one.used - other.allowed / other.used);
  const [first] = limits;
  return {
    name: 'limits',
    caption: 'The first limit, and those behind it',
    columns: [
      left('limit'),
      right('allowed'),
      right(`at ${teams} teams`),
      right('met at teams'),
      left('past it'),
    ],
    rows: limits.map(({ name, allowed, used, unit, metAt, past }) => [
      name,
      `${round(allowed)} ${unit}`.trim(),
      round(used),
      Number.isFinite(metAt) ? Math.floor(metAt) : 'by team',
      past,
    ]),
    notes: [
      'The planner as deployed; the other limits with a planner that comes to its end.',
      `First limit: ${first?.name}, at ${Math.floor(first?.metAt ?? 0)} teams of this size. Past it: ${first?.past}.`,
    ],
  };
}

function limitsOf(plannerSeconds: number, morning: Watched, caughtUpAfterHours: number): Limit[] {
  const { writes, reads, budgetWrites, busiestKeyAnHour } = morning;
  const fetcherHours = morning.fetcherMillis / HOUR_MILLIS / FETCHING.atOnce;
  const shared = { grows: true } as const;
  return [
    {
      ...shared,
      name: 'the planner’s time, as deployed',
      allowed: PLAN_TIMEOUT.toSeconds(),
      used: plannerSeconds,
      unit: 's',
      past: 'runs take turns; give it 1,769 MB and 15 minutes; then a planner for each group of teams',
    },
    {
      ...shared,
      name: 'the oldest message: queued again',
      allowed: QUEUED_FOR_MILLIS / HOUR_MILLIS,
      used: morning.oldestMillis / HOUR_MILLIS,
      unit: 'h',
      past: 'more fetchers at once: each takes its share',
    },
    {
      ...shared,
      name: 'the fetchers have caught up by noon',
      allowed: MORNING_HOURS,
      used: caughtUpAfterHours,
      unit: 'h',
      past: 'more fetchers at once',
    },
    {
      ...shared,
      name: 'fetchers, hours of a day',
      allowed: 24,
      used: fetcherHours,
      unit: 'h',
      past: 'more fetchers at once',
    },
    {
      grows: false,
      name: 'Apple: requests of a key in an hour',
      allowed: APPLE_HOUR * (1 - HOUR_RESERVE.today),
      used: busiestKeyAnHour,
      unit: '',
      past: 'more series of one team wait for the next hour',
    },
    {
      grows: false,
      name: 'DynamoDB: writes of one key in a second',
      allowed: 1000,
      used: Math.max(writes.oneKey, budgetWrites.oneKey),
      unit: 'units',
      past: 'a key is a series, or an API key',
    },
    {
      grows: false,
      name: 'DynamoDB: reads of one key in a second',
      allowed: 3000,
      used: reads.oneKey,
      unit: 'units',
      past: 'a key is a series, asked for once an hour',
    },
    {
      grows: false,
      name: 'DynamoDB: a new table’s writes in a second',
      allowed: 4000,
      used: writes.together,
      unit: 'units',
      past: 'the table grows with its peaks; the planner’s pace bounds it',
    },
    {
      grows: false,
      name: 'DynamoDB: a new table’s reads in a second',
      allowed: 12_000,
      used: reads.together,
      unit: 'units',
      past: 'the table grows with its peaks; the planner’s pace bounds it',
    },
    {
      grows: false,
      name: 'SQS: messages in flight',
      allowed: 120_000,
      used: FETCHING.atOnce * FETCHING.batchSize,
      unit: '',
      past: 'fetchers bound it',
    },
    {
      grows: false,
      name: 'Lambda: functions at once in an account',
      allowed: 1000,
      used: FETCHING.atOnce + 1,
      unit: '',
      past: 'ask AWS; new accounts start with fewer',
    },
  ];
}

const round = (value: number): string => (value >= 100 ? String(Math.round(value)) : value.toFixed(1));
