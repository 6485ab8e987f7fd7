import { randomUUID } from 'node:crypto';
import type { Clock } from '../../functions/platform/util/clock.ts';
import { dueAt, reportDatesBetween } from '../../functions/reports/catalogue/calendar.ts';
import type { CatalogueEntry } from '../../functions/reports/catalogue/catalogue.ts';
import type { ApiKey } from '../../local/simulator/auth/accounts.ts';
import { financeReport, type ReportId, ReportStore } from '../../local/simulator/reports/report-store.ts';
import { salesReportCatalogue } from '../../local/simulator/reports/sales-report-catalogue.ts';
import { financeReportRoutes } from '../../local/simulator/routes/finance-reports.ts';
import { salesReportRoutes } from '../../local/simulator/routes/sales-reports.ts';
import { errorResponse, Refusal } from '../../local/simulator/rules/apple-error.ts';
import { type Behaviour, defaultBehaviour } from '../../local/simulator/rules/behaviour.ts';
import { findRoute } from '../../local/simulator/server/route.ts';
import type { Chance } from '../engine/chance.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How late Apple may be, within its promises for a "no sales" that is believed in the end. */
const LATEST_HOURS = { DAILY: 40, WEEKLY: 6 * 24, MONTHLY: 12 * 24, YEARLY: 0, FISCAL_MONTHLY: 28 * 24 };

/** The simulator's store and endpoints, asked without HTTP. */
export type Apple = {
  store: ReportStore;
  behaviour: Behaviour;
  answer(url: URL, headers: Headers): Promise<Response>;
};

export function createApple(clock: Clock, vendor: string, key: Omit<ApiKey, 'team'>): Apple {
  const store = new ReportStore();
  const routes = [...salesReportRoutes(store, salesReportCatalogue), ...financeReportRoutes(store)];
  const behaviour: Behaviour = { ...defaultBehaviour };
  const team = {
    name: 'acme',
    issuerId: '',
    vendors: new Set([vendor]),
    apps: new Map(),
    agreementSigned: true,
  };
  return {
    store,
    behaviour,
    answer: async ({ pathname, searchParams }, headers) => {
      const { route, pathParameters } = findRoute(routes, 'GET', pathname);
      try {
        const { status, ...rest } = await route.handle({
          method: 'GET',
          path: pathname,
          pathParameters,
          query: searchParams,
          headers: { accept: headers.get('accept') ?? '*/*' },
          body: new Uint8Array(),
          key: { ...key, team },
          now: clock.now(),
          behaviour,
          requestId: randomUUID(),
          origin: 'http://apple.invalid',
          takeEffect: () => undefined,
        });
        return new Response(Buffer.from(rest.body), { status, headers: rest.headers });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { status, body, headers: given } = errorResponse(error);
        return new Response(Buffer.from(body), { status, headers: given });
      }
    },
  };
}

/** A partition as the store names it. */
export function reportIdOf(
  { source, frequency }: CatalogueEntry,
  vendor: string,
  reportDate: string,
): ReportId {
  if (source.api === 'financeReports') {
    const reportType = source.reportType === 'FINANCIAL' ? 'FINANCIAL' : 'FINANCE_DETAIL';
    return financeReport({ vendor, reportType, region: source.regionCode, reportDate });
  }
  const { reportType, reportSubType, version } = source;
  return { vendor, reportType, reportSubType, frequency, version, reportDate };
}

/**
 * Draws what becomes of the reports of these days: sold or not, on time or late, corrected or not.
 *
 * @param versions in which Apple has them; default: the one of the catalogue
 */
export function drawReports(
  { store }: Pick<Apple, 'store'>,
  chance: Chance,
  entry: CatalogueEntry,
  vendor: string,
  [from, to]: readonly [string, string],
  versions?: readonly string[],
): void {
  for (const reportDate of reportDatesBetween(entry, from, to)) {
    const report = reportIdOf(entry, vendor, reportDate);
    const due = dueAt(entry, reportDate);
    const text = (edition: number) => `${entry.name} ${vendor} ${reportDate} edition ${edition}`;
    const every = (versions ?? [undefined]).map((version) =>
      version === undefined
        ? { id: report, tsv: text }
        : { id: { ...report, version }, tsv: (edition: number) => `${text(edition)} in ${version}` },
    );
    const late = chance.happens(0.3) ? chance.below(LATEST_HOURS[entry.frequency] + 1) * HOUR : 0;
    const empty = chance.happens(0.2);
    for (const { id, tsv } of every) {
      if (empty) store.noSales({ ...id, availableAt: due + late });
      else store.put({ ...id, availableAt: due + late, tsv: tsv(0) });
    }
    // What was empty may turn out to have had sales, and what was told may be corrected, also twice.
    const editions = chance.happens(empty ? 0.3 : 0.4) ? 1 + chance.below(2) : 0;
    for (let edition = 1; edition <= editions; edition += 1) {
      const at = due + late + 1 + Math.floor(chance.next() * edition * 4 * DAY);
      for (const { id, tsv } of every) store.restate({ ...id, at, tsv: tsv(edition) });
    }
  }
}
