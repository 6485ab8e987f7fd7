import type { SettingsRule } from './settings-schema.ts';

/** A name fits a pattern in the way IAM compares them: `*` stands for any text. */
const fits = (name: string, pattern: string): boolean => {
  const [start = '', end = ''] = pattern.split('*');
  return name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end);
};

/** Patterns must cover every key of their kind, and no key of the other kind. */
const secretsFitPatterns: SettingsRule = ({ teams, secretPatterns }) => {
  if (secretPatterns === undefined) return [];
  const { reports, prices } = secretPatterns;
  return teams.flatMap(({ keys }, t) => {
    const misfits = (kind: 'reports' | 'prices', pattern?: string, otherPattern?: string) => {
      const name = keys[kind];
      const path = `teams[${t}].keys.${kind}`;
      if (name === undefined) return [];
      if (pattern === undefined || !fits(name, pattern))
        return [
          {
            path,
            message: `"${name}" does not fit secretPatterns.${kind}${pattern === undefined ? ', which is missing' : ` (${pattern})`}; correct the name or the pattern`,
          },
        ];
      // A secret that serves both jobs is meant to be read by both.
      return otherPattern !== undefined && fits(name, otherPattern) && keys.reports !== keys.prices
        ? [
            {
              path,
              message: `"${name}" also fits the pattern of the other kind of keys (${otherPattern}); choose patterns that tell them apart`,
            },
          ]
        : [];
    };
    return [...misfits('reports', reports, prices), ...misfits('prices', prices, reports)];
  });
};

const uniqueTeams: SettingsRule = ({ teams }) =>
  repeated(teams.map(({ name }) => name)).map((index) => ({
    path: `teams[${index}].name`,
    message: `"${teams[index]?.name}" is used twice; team names are unique`,
  }));

const uniqueVendors: SettingsRule = ({ teams }) =>
  teams.flatMap((team, t) =>
    repeated(team.vendors.map(({ number }) => number)).map((index) => ({
      path: `teams[${t}].vendors[${index}].number`,
      message: `"${team.vendors[index]?.number}" is listed twice in team ${team.name}; join the two entries`,
    })),
  );

const uniqueReports: SettingsRule = ({ teams }) =>
  teams.flatMap((team, t) =>
    team.vendors.flatMap((vendor, v) =>
      repeated(vendor.reports).map((index) => ({
        path: `teams[${t}].vendors[${v}].reports[${index}]`,
        message: `"${vendor.reports[index]}" is listed twice; remove one`,
      })),
    ),
  );

const uniqueApps: SettingsRule = ({ teams }) =>
  teams.flatMap(({ name, apps = [] }, t) => [
    ...repeated(apps.map(({ id }) => id)).map((index) => ({
      path: `teams[${t}].apps[${index}].id`,
      message: `"${apps[index]?.id}" is listed twice in team ${name}; join the two entries`,
    })),
    ...apps.flatMap(({ analytics }, a) =>
      repeated(analytics).map((index) => ({
        path: `teams[${t}].apps[${a}].analytics[${index}]`,
        message: `"${analytics[index]}" is listed twice; remove one`,
      })),
    ),
  ]);

const reviewsHaveApps: SettingsRule = ({ teams }) =>
  teams.flatMap(({ name, apps = [], reviews }, t) => {
    if (reviews === undefined) return [];
    const chosen = reviews === true ? undefined : reviews.apps;
    if (chosen === undefined)
      return apps.length > 0
        ? []
        : [
            {
              path: `teams[${t}].reviews`,
              message: `names no app, and team ${name} has none under apps; write { "apps": ["1234567890"] }`,
            },
          ];
    return repeated(chosen).map((index) => ({
      path: `teams[${t}].reviews.apps[${index}]`,
      message: `"${chosen[index]}" is listed twice; remove one`,
    }));
  });

/** Rules that hold for every deployment. */
export const settingsChecks: readonly SettingsRule[] = [
  uniqueTeams,
  uniqueVendors,
  uniqueReports,
  uniqueApps,
  reviewsHaveApps,
  secretsFitPatterns,
];

/** Indexes of the values that stand earlier in the list already. */
function repeated(values: readonly string[]): number[] {
  return values.flatMap((value, index) => (values.indexOf(value) < index ? [index] : []));
}
