import type { Settings, SettingsRule } from '../../../platform/config/settings.ts';
import type { Problem } from '../../../platform/errors.ts';
import { closestMatches } from '../../../platform/util/closest-matches.ts';
import { KNOWN_ANALYTICS_REPORTS } from './analytics-catalogue.ts';
import {
  ANALYTICS_CATEGORIES,
  ANALYTICS_GRANULARITIES,
  analyticsTableName,
  slugOf,
  splitAnalyticsName,
} from './analytics-name.ts';

/**
 * Refuses analytics series that cannot exist. A report's name is Apple's own and checked there; only a known name
 * under another category is refused, as Apple would never find it.
 */
export const knownAnalytics: SettingsRule = (settings) => [
  ...eachReport(settings, (report) => problemOf(report)),
  ...sharedTables(settings),
];

function eachReport(settings: Settings, check: (report: string) => string | undefined): Problem[] {
  return settings.teams.flatMap((team, t) =>
    (team.apps ?? []).flatMap((app, a) =>
      app.analytics.flatMap((report, r): Problem[] => {
        const message = check(report);
        return message === undefined
          ? []
          : [{ path: `teams[${t}].apps[${a}].analytics[${r}]`, message: `"${report}" ${message}` }];
      }),
    ),
  );
}

function problemOf(report: string): string | undefined {
  const parts = splitAnalyticsName(report);
  if (parts === undefined || parts.snapshot || slugOf(parts.name) === '') {
    const form = 'must look like ANALYTICS/<category>/<report name>/<granularity>';
    return `${form}; nearest: ${closestMatches(report, suggestions(ANALYTICS_GRANULARITIES)).join(', ')}`;
  }
  const { category, name, granularity } = parts;
  const wrong = [
    ...(known(ANALYTICS_CATEGORIES, category) ? [] : [`there is no category ${category}`]),
    ...(known(ANALYTICS_GRANULARITIES, granularity) ? [] : [`there is no granularity ${granularity}`]),
    ...misplaced(name, category),
  ];
  if (wrong.length === 0) return undefined;
  const right = KNOWN_ANALYTICS_REPORTS.some((report) => report.name === name)
    ? suggestions(ANALYTICS_GRANULARITIES, name)
    : ANALYTICS_CATEGORIES.flatMap((otherCategory) =>
        ANALYTICS_GRANULARITIES.map((other) => `ANALYTICS/${otherCategory}/${name}/${other}`),
      );
  return `does not exist: ${wrong.join(', ')}; nearest: ${closestMatches(report, right).join(', ')}`;
}

const known = (words: readonly string[], word: string): boolean => words.includes(word);

function misplaced(name: string, category: string): string[] {
  const report = KNOWN_ANALYTICS_REPORTS.find((candidate) => candidate.name === name);
  return report === undefined || report.category === category || !known(ANALYTICS_CATEGORIES, category)
    ? []
    : [`${name} belongs to ${report.category}`];
}

const suggestions = (granularities: readonly string[], only?: string): string[] =>
  KNOWN_ANALYTICS_REPORTS.filter(({ name }) => only === undefined || name === only).flatMap(
    ({ category, name }) =>
      granularities.map((granularity) => `ANALYTICS/${category}/${name}/${granularity}`),
  );

/** Two names that differ in signs only would share a table. */
function sharedTables(settings: Settings): Problem[] {
  const owners = new Map<string, string>();
  return eachReport(settings, (report) => {
    const parts = splitAnalyticsName(report);
    if (parts === undefined) return undefined;
    const table = analyticsTableName(parts);
    const owner = owners.get(table) ?? report;
    owners.set(table, owner);
    return owner === report
      ? undefined
      : `would share the table ${table} with "${owner}"; correct one of them`;
  });
}
