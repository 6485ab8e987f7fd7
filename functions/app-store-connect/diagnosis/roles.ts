/** What part of Apple's API needs which role. Source: "UserRole", help page "Role permissions". */
type Needed = { roles: readonly string[]; sentence: string };

const REPORTS: Needed = {
  roles: ['FINANCE', 'SALES', 'ACCESS_TO_REPORTS', 'ADMIN', 'ACCOUNT_HOLDER'],
  sentence: 'Reports need Finance (Sales or Access to Reports also serve Sales and Trends).',
};
const FINANCE: Needed = {
  roles: ['FINANCE', 'ADMIN', 'ACCOUNT_HOLDER'],
  sentence: 'Financial reports need Finance.',
};
/** Source: "Downloading Analytics Reports". */
const ANALYTICS_REQUEST: Needed = {
  roles: ['ADMIN', 'ACCOUNT_HOLDER'],
  sentence:
    'Asking Apple to make analytics reports needs Admin, once; reading them needs Finance, Admin, or Sales and Reports.',
};
const PRICES: Needed = {
  roles: ['APP_MANAGER', 'ADMIN', 'ACCOUNT_HOLDER'],
  sentence: 'Prices need App Manager or Admin.',
};

/** The roles that a request needs; one of them is enough. */
export function neededRoles(path: string, method = 'GET'): Needed {
  if (path.startsWith('/v1/analyticsReportRequests') && method !== 'GET') return ANALYTICS_REQUEST;
  if (path.startsWith('/v1/financeReports')) return FINANCE;
  return path.startsWith('/v1/salesReports') || path.startsWith('/v1/analytics') ? REPORTS : PRICES;
}

/** Whether a role that a secret states would be enough for a request. */
export const suffices = (role: string, path: string, method = 'GET'): boolean =>
  neededRoles(path, method).roles.includes(role);

/** Sales and Finance are closed to individual keys. Source: "Creating API Keys for App Store Connect API". */
export const mayNotReadReports = (path: string): boolean =>
  path.startsWith('/v1/salesReports') || path.startsWith('/v1/financeReports');
