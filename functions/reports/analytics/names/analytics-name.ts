import type { ReportName } from '../../catalogue/series.ts';
import { columnName } from '../../table/column-type.ts';

/** Source: Apple's OpenAPI file, `AnalyticsReport.attributes.category`. */
export const ANALYTICS_CATEGORIES = [
  'APP_USAGE',
  'APP_STORE_ENGAGEMENT',
  'COMMERCE',
  'FRAMEWORK_USAGE',
  'PERFORMANCE',
] as const;

/** Source: Apple's OpenAPI file, `AnalyticsReportInstance.attributes.granularity`. */
export const ANALYTICS_GRANULARITIES = ['DAILY', 'WEEKLY', 'MONTHLY'] as const;

export type Granularity = (typeof ANALYTICS_GRANULARITIES)[number];

/** A series' name in parts. */
export type AnalyticsName = {
  category: string;
  /** Apple's, letter by letter, such as `App Downloads Standard`. */
  name: string;
  granularity: string;
  /** From the one-time snapshot of history rather than from the ongoing request. */
  snapshot: boolean;
};

const PREFIX = 'ANALYTICS';
const SNAPSHOT = 'SNAPSHOT';

/**
 * Reads `ANALYTICS/<category>/<report name>/<granularity>`, with `/SNAPSHOT` behind it for history. The parts may
 * still be wrong words.
 *
 * @returns `undefined` for a name of another form
 */
export function splitAnalyticsName(report: ReportName): AnalyticsName | undefined {
  const parts = report.split('/');
  const snapshot = parts.at(-1) === SNAPSHOT;
  const [prefix, category, name, granularity, ...more] = snapshot ? parts.slice(0, -1) : parts;
  if (prefix !== PREFIX || !category || !name || !granularity || more.length > 0) return undefined;
  return { category, name, granularity, snapshot };
}

export const isGranularity = (text: string): text is Granularity =>
  ANALYTICS_GRANULARITIES.some((known) => known === text);

/** The series that holds an analytics report's history, apart from the ongoing one: their rows overlap. */
export const snapshotOf = (report: ReportName): ReportName => `${report}/${SNAPSHOT}`;

/** `App Store Discovery and Engagement Standard` → `app_store_discovery_and_engagement_standard`. */
export const slugOf = (name: string): string => columnName(name);

/** The table of a series: `analytics_app_downloads_standard_daily`. */
export const analyticsTableName = ({ name, granularity, snapshot }: AnalyticsName): string =>
  [`analytics_${slugOf(name)}_${granularity.toLowerCase()}`, ...(snapshot ? ['snapshot'] : [])].join('_');
