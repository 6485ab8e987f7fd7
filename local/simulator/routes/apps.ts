import { type AppDetails, appDetails, type Role, type Team } from '../auth/accounts.ts';
import type { PriceStore } from '../prices/price-store.ts';
import { noResource } from '../rules/apple-error.ts';
import { type Call, idOf, type Route } from '../server/route.ts';
import { linked, listResponse, originOf, type Resource, singleResponse } from './json-api/documents.ts';
import { type QueryRule, type ReadQuery, readQuery } from './json-api/query.ts';

/**
 * Who may list apps. That Finance and Sales may not is the less forgiving reading of "Role permissions", which does
 * not speak of the API.
 */
const appReaders: readonly Role[] = ['ADMIN', 'APP_MANAGER', 'DEVELOPER', 'MARKETING', 'CUSTOMER_SUPPORT'];

/** What Apple can include with an app. The simulator plays none of these resources. */
const APPLE_INCLUDES = [
  ...['appEncryptionDeclarations', 'appStoreIcon', 'ciProduct', 'betaGroups', 'appStoreVersions', 'builds'],
  ...[
    'preReleaseVersions',
    'betaAppLocalizations',
    'betaLicenseAgreement',
    'betaAppReviewDetail',
    'appInfos',
  ],
  ...['appClips', 'endUserLicenseAgreement', 'inAppPurchases', 'subscriptionGroups', 'gameCenterDetail'],
  ...[
    'gameCenterEnabledVersions',
    'appCustomProductPages',
    'inAppPurchasesV2',
    'promotedPurchases',
    'appEvents',
  ],
  ...['reviewSubmissions', 'subscriptionGracePeriod', 'appStoreVersionExperimentsV2'],
  'androidToIosAppMappingDetails',
];

const NOT_PLAYED: NonNullable<QueryRule['notPlayed']> = {
  parameters: [
    /^fields\[\w+\]$/,
    /^limit\[\w+\]$/,
    /^filter\[(appStoreVersions|reviewSubmissions)/,
    /^exists\[/,
  ],
  include: APPLE_INCLUDES,
};

const FILTERS = ['name', 'bundleId', 'sku', 'id'] as const;
const SORT = ['name', 'bundleId', 'sku'] as const;

/** `GET /v1/apps` and `GET /v1/apps/{id}`: Apple's pages "List Apps" and "Read App Information". */
export function appRoutes(store: PriceStore): Route[] {
  const read = (path: string, handle: Route['handle']): Route => ({
    method: 'GET',
    path,
    roles: appReaders,
    individualKeys: true,
    handle,
  });
  return [
    read('/v1/apps', (call) => {
      const query = readQuery(call, {
        filters: FILTERS,
        sort: SORT,
        fields: ['apps'],
        include: [],
        maxLimit: 200,
        notPlayed: NOT_PLAYED,
      });
      return listResponse(call, query, foundApps(query, appsOf(call.key.team, store)), (app) => ({
        resource: appResource(call, app),
        included: [],
      }));
    }),
    read('/v1/apps/{id}', (call) => {
      const query = readQuery(call, { fields: ['apps'], include: [], notPlayed: NOT_PLAYED });
      const id = idOf(call);
      const app = appsOf(call.key.team, store).find((one) => one.id === id);
      if (app === undefined) throw noResource('apps', id);
      return singleResponse(call, query, { resource: appResource(call, app), included: [] });
    }),
  ];
}

/** Where a team has products and no app: there is no product without one. */
const IMPLIED_APP = '6440000000';

/** The team's apps: those it was made with, those that have prices, and those that its products name. */
export function appsOf(team: Team, store: PriceStore): AppDetails[] {
  const priced = store
    .scheduledOf('app', team.name)
    .map(({ id, name, productId }) => appDetails({ id, name, bundleId: productId }));
  const products = [...store.subscriptions(team.name), ...store.scheduledOf('inAppPurchase', team.name)];
  const named = products.flatMap(({ app }) => (app === undefined ? [] : [appDetails({ id: app })]));
  const apps = [
    ...new Map([...named, ...priced, ...team.apps.values()].map((app) => [app.id, app])).values(),
  ];
  return apps.length === 0 && products.length > 0 ? [appDetails({ id: IMPLIED_APP })] : apps;
}

/** Whether an app is one of the team's, by the same list. */
export const hasApp = (team: Team, store: PriceStore, id: string): boolean =>
  appsOf(team, store).some((app) => app.id === id);

function foundApps(query: ReadQuery, apps: readonly AppDetails[]): AppDetails[] {
  const found = apps.filter((app) =>
    FILTERS.every((name) => query.filter(name)?.includes(app[name]) ?? true),
  );
  return found.toSorted((one, other) => {
    for (const { name, descending } of query.sort) {
      const key = SORT.find((known) => known === name) ?? 'name';
      if (one[key] !== other[key]) return one[key] < other[key] === descending ? 1 : -1;
    }
    return 0;
  });
}

/** An app with the links that the simulator can follow. */
export function appResource(call: Call, { id, ...attributes }: AppDetails): Resource {
  const self = `${originOf(call)}/v1/apps/${id}`;
  return {
    type: 'apps',
    id,
    attributes: { ...attributes, isOrEverWasMadeForKids: false },
    relationships: Object.fromEntries(
      [
        'appPriceSchedule',
        'appPricePoints',
        'analyticsReportRequests',
        'customerReviews',
        'subscriptionGroups',
        'inAppPurchasesV2',
      ].map((name) => [name, linked(self, name)]),
    ),
    links: { self },
  };
}
