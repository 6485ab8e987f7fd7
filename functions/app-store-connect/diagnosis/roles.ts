/** The roles that a request needs, one of which is enough, and the sentence that tells it. */
type Needed = { roles: readonly string[]; sentence: string };

const ALWAYS = ['ADMIN', 'ACCOUNT_HOLDER'];

/** Source: "UserRole", help page "Role permissions". */
const SALES: Needed = {
  roles: ['FINANCE', 'SALES', 'ACCESS_TO_REPORTS', ...ALWAYS],
  sentence: 'Reports need Finance (Sales or Access to Reports also serve Sales and Trends).',
};
const FINANCE: Needed = {
  roles: ['FINANCE', ...ALWAYS],
  sentence: 'Financial reports need Finance.',
};
/** Source: "Downloading Analytics Reports". */
const ANALYTICS_WRITE: Needed = {
  roles: ALWAYS,
  sentence:
    'Asking Apple to make analytics reports needs Admin, once; reading them needs Finance, Admin, or Sales and Reports.',
};
const ANALYTICS_READ: Needed = {
  roles: ['FINANCE', 'SALES', 'ACCESS_TO_REPORTS', ...ALWAYS],
  sentence: 'Reading analytics reports needs Finance, Admin, or Sales and Reports.',
};
/**
 * Reading reviews goes with access to the app. That Finance and Sales are not enough is the less forgiving reading of
 * "Role permissions", which does not speak of the API; a key with the role Customer Support does read them.
 * Source: developer.apple.com/forums/thread/770673.
 */
const REVIEWS: Needed = {
  roles: ['APP_MANAGER', 'CUSTOMER_SUPPORT', 'DEVELOPER', 'MARKETING', ...ALWAYS],
  sentence:
    'Reading customer reviews needs Customer Support, Marketing, Developer, App Manager or Admin; Apple lets one key have several roles.',
};
const PRICES: Needed = {
  roles: ['APP_MANAGER', ...ALWAYS],
  sentence: 'Prices need App Manager or Admin.',
};

type Route = { methods: 'GET' | 'write' | 'any'; pattern: RegExp; needed: Needed };

/**
 * Which part of Apple's API needs which roles, by the whole route: a resource that hangs below another one
 * (`/v1/apps/{id}/analyticsReportRequests`) needs the roles of what it gives, not of where it hangs.
 */
const ROUTES: readonly Route[] = [
  { methods: 'any', pattern: /^\/v1\/salesReports$/, needed: SALES },
  { methods: 'any', pattern: /^\/v1\/financeReports$/, needed: FINANCE },
  { methods: 'write', pattern: /^\/v1\/analyticsReportRequests(\/[^/]+)?$/, needed: ANALYTICS_WRITE },
  { methods: 'GET', pattern: /^\/v1\/apps\/[^/]+\/analyticsReportRequests$/, needed: ANALYTICS_READ },
  {
    methods: 'GET',
    pattern: /^\/v1\/(apps\/[^/]+\/customerReviews|customerReviews\/[^/]+)$/,
    needed: REVIEWS,
  },
  {
    methods: 'GET',
    pattern:
      /^\/v1\/(analyticsReportRequests|analyticsReports|analyticsReportInstances|analyticsReportSegments)\/[^/]+(\/(relationships\/)?[a-z]+)?$/i,
    needed: ANALYTICS_READ,
  },
];

/**
 * The roles that a request needs.
 *
 * @param path with or without a query
 */
export function neededRoles(path: string, method = 'GET'): Needed {
  const [route = ''] = path.split('?');
  const found = ROUTES.find(
    ({ methods, pattern }) =>
      (methods === 'any' || (methods === 'GET') === (method === 'GET')) && pattern.test(route),
  );
  // Whatever else this product calls concerns apps and their prices.
  return found?.needed ?? PRICES;
}

/** Whether a role that a secret states would be enough for a request. */
export const suffices = (role: string, path: string, method = 'GET'): boolean =>
  neededRoles(path, method).roles.includes(role);

/** Sales and Finance are closed to individual keys. Source: "Creating API Keys for App Store Connect API". */
export const mayNotReadReports = (path: string): boolean => /^\/v1\/(sales|finance)Reports(\?|$)/.test(path);
