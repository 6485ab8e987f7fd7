import type { Command } from 'commander';
import * as z from 'zod';
import type { Settings } from '../../functions/platform/config/settings.ts';
import { JobError } from '../../functions/platform/errors.ts';
import { type SubscribedSeries, subscribedSeries } from '../../functions/reports/catalogue/catalogue.ts';

/** The options that choose series. */
export const seriesOptions = z.object({
  team: z.string().optional(),
  vendor: z.string().optional(),
  report: z.string().optional(),
});
export type SeriesOptions = z.output<typeof seriesOptions>;

export const day = z.iso.date('must be a day that exists, such as 2026-11-23');

/** A date in the form of any frequency: a day, a month (of finance reports a fiscal one) or a year. */
export const reportDate = z
  .string()
  .regex(/^\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?$/, 'must be a report date such as 2026-11-23, 2026-11 or 2026')
  .refine((text) => text.length < 10 || z.iso.date().safeParse(text).success, 'is a day that does not exist');

export const withSeriesOptions = (command: Command): Command =>
  command
    .option('--team <name>', 'of this team only')
    .option('--vendor <number>', 'of this vendor only')
    .option('--report <name>', 'this report only, such as SALES/SUMMARY/DAILY');

/** The series of the settings that are meant. */
export function chooseSeries(settings: Settings, wanted: SeriesOptions): SubscribedSeries[] {
  const all = subscribedSeries(settings);
  const found = all.filter(({ series }) =>
    (['team', 'vendor', 'report'] as const).every(
      (field) => (wanted[field] ?? series[field]) === series[field],
    ),
  );
  if (found.length > 0) return found;
  const known = [...new Set(all.map(({ series }) => `${series.team}/${series.vendor}/${series.report}`))];
  throw new JobError({
    code: 'UNKNOWN_SERIES',
    message: `The settings have no such series; they have ${known.join(', ') || 'none'}.`,
    retryable: false,
  });
}
