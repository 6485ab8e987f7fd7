import type { Clock } from '../../../../functions/platform/util/clock.ts';
import type { PriceStore } from '../../../../local/simulator/prices/price-store.ts';
import { AnalyticsStore } from '../../../../local/simulator/reports/analytics-store.ts';
import type { DownloadHost } from '../../../../local/simulator/reports/download-host.ts';
import { ReportStore } from '../../../../local/simulator/reports/report-store.ts';
import { ReviewStore } from '../../../../local/simulator/reports/review-store.ts';
import { salesReportCatalogue } from '../../../../local/simulator/reports/sales-report-catalogue.ts';
import { analyticsRoutes } from '../../../../local/simulator/routes/analytics.ts';
import { financeReportRoutes } from '../../../../local/simulator/routes/finance-reports.ts';
import { reviewRoutes } from '../../../../local/simulator/routes/reviews.ts';
import { salesReportRoutes } from '../../../../local/simulator/routes/sales-reports.ts';
import type { Route } from '../../../../local/simulator/server/route.ts';

/** The report whose version changes, and the versions in which Apple may serve it. */
export const FLIPPING = 'SUBSCRIPTION/SUMMARY/DAILY';
export const FLIPPING_VERSIONS = ['1_3', '1_4'] as const;

const DOWNLOADS = 'https://downloads.example';
/** Apple: "The download URLs are valid for 5 minutes after generating." */
const VALID_MILLIS = 5 * 60_000;

/** What Apple has of reports, analytics and reviews, asked without HTTP. */
export class ReportsSide {
  readonly store = new ReportStore();
  readonly analytics = new AnalyticsStore();
  readonly reviews = new ReviewStore();
  readonly #clock: Clock;
  readonly #catalogue: Record<string, readonly string[]> = { ...salesReportCatalogue };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  routes(prices: PriceStore): Route[] {
    const host: DownloadHost = {
      addressOf: ({ id }, expired = false) =>
        `${DOWNLOADS}/${id}?expires=${this.#clock.now() + (expired ? -1 : VALID_MILLIS)}`,
      seen: () => [],
      close: async () => undefined,
    };
    return [
      ...salesReportRoutes(this.store, this.#catalogue),
      ...financeReportRoutes(this.store),
      ...analyticsRoutes(this.analytics, prices, host),
      ...reviewRoutes(this.reviews, prices),
    ];
  }

  /** The versions in which Apple serves {@link FLIPPING} at present, newest last. */
  get versions(): readonly string[] {
    return this.#catalogue[FLIPPING] ?? [];
  }

  serve(versions: readonly string[]): void {
    this.#catalogue[FLIPPING] = versions;
  }

  isDownload = ({ origin }: URL): boolean => origin === DOWNLOADS;

  /** The other host, from which segments are downloaded. */
  download(url: URL, headers: Headers): Response {
    if (headers.has('authorization')) return new Response('<Error/>', { status: 400 });
    if (Number(url.searchParams.get('expires')) < this.#clock.now())
      return new Response('<Error/>', { status: 403 });
    const segment = this.analytics.segment(url.pathname.slice(1));
    if (segment === undefined) return new Response('<Error/>', { status: 404 });
    const fault = this.analytics.strike('host')?.kind;
    const { gzip } = segment;
    const body =
      fault === 'truncated'
        ? gzip.subarray(0, Math.floor(gzip.byteLength / 2))
        : fault === 'padded'
          ? Buffer.concat([gzip, Buffer.alloc(64)])
          : gzip;
    return new Response(Buffer.from(body));
  }
}
