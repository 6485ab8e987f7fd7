import { createServer, type RequestListener } from 'node:http';
import type { Clock, EpochMillis } from '../../functions/platform/util/clock.ts';
import { closeServer, listen } from '../http/loopback.ts';
import { Accounts, type KeyInput, type TeamInput } from './auth/accounts.ts';
import { type HttpsDoor, type HttpsOptions, openHttpsDoor } from './https/https-door.ts';
import { priceRoutes } from './price-routes.ts';
import { DelayedEffects } from './prices/delayed-effects.ts';
import { PriceStore } from './prices/price-store.ts';
import { AnalyticsStore } from './reports/analytics-store.ts';
import { type SeenDownload, startDownloadHost } from './reports/download-host.ts';
import { ReportStore } from './reports/report-store.ts';
import { ReviewStore } from './reports/review-store.ts';
import { type SalesReportCatalogue, salesReportCatalogue } from './reports/sales-report-catalogue.ts';
import { analyticsRoutes } from './routes/analytics.ts';
import { appRoutes } from './routes/apps.ts';
import { financeReportRoutes } from './routes/finance-reports.ts';
import { reviewRoutes } from './routes/reviews.ts';
import { salesReportRoutes } from './routes/sales-reports.ts';
import { type Behaviour, defaultBehaviour } from './rules/behaviour.ts';
import { Faults } from './server/faults.ts';
import { MinuteCounter, RateLimiter } from './server/rate-limit.ts';
import { Journal, type SeenRequest } from './server/seen-requests.ts';
import { handle } from './server/server.ts';

export type { Role } from './auth/accounts.ts';
export type { FaultEffect } from './server/faults.ts';

export type SimulatorOptions = {
  /** Decides what is due, expired, in the future, and what the `Date` header says. */
  clock: Clock;
  /** Default 0: any free port. */
  port?: number;
  /** On which address it listens. Default 127.0.0.1; a container has to listen on 0.0.0.0 to be reached from outside. */
  host?: string;
  /** Also opens it over https with a certificate authority of its own, and a proxy under Apple's host name. */
  https?: HttpsOptions | true;
  /** Requests a key may make in a rolling hour. Default 3500, the number in Apple's example. */
  hourlyLimit?: number;
  /** Requests a key may make in a rolling minute. Not limited unless given. */
  minuteLimit?: number;
  /** The first setting of the undocumented points; they can be turned later through `behaviour`. */
  behaviour?: Partial<Behaviour>;
  /** Reports and versions that differ from Apple's published table, such as `{'SUBSCRIPTION/SUMMARY/DAILY': ['1_4']}`. */
  reportVersions?: SalesReportCatalogue;
};

/** An App Store Connect of one's own. */
export type Simulator = {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Over https; only if the option asked for it. */
  readonly https: Omit<HttpsDoor, 'close'> | undefined;
  /** What can be turned while it runs. */
  readonly behaviour: Behaviour;
  readonly reports: ReportStore;
  readonly prices: PriceStore;
  readonly analytics: AnalyticsStore;
  readonly reviews: ReviewStore;
  readonly faults: Faults;
  addTeam(team: TeamInput): void;
  setAgreement(teamName: string, signed: boolean): void;
  addKey(key: KeyInput): void;
  /** Apple refuses the key from now on, or from the moment given: a revocation takes minutes to spread. */
  revokeKey(keyId: string, from?: EpochMillis): void;
  /** Leaves a key with so many requests in its present hour. */
  leaveRequests(keyId: string, remaining: number): void;
  /** Everything that was asked, oldest first. */
  requests(): readonly SeenRequest[];
  clearRequests(): void;
  /** Everything that was asked of the host that analytics are downloaded from, oldest first. */
  downloads(): readonly SeenDownload[];
  /** Ends every connection, also hanging ones. */
  close(): Promise<void>;
};

/** Starts a server on the loopback interface that behaves as App Store Connect is known to. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const accounts = new Accounts();
  const behaviour: Behaviour = { ...defaultBehaviour, ...options.behaviour };
  const clock: Clock = { now: () => options.clock.now() + behaviour.clockAheadSeconds * 1000 };
  const faults = new Faults();
  const journal = new Journal();
  const reports = new ReportStore();
  const rates = new RateLimiter({
    hour: options.hourlyLimit ?? 3500,
    ...(options.minuteLimit === undefined ? {} : { minute: options.minuteLimit }),
  });
  const delayed = new DelayedEffects(clock);
  const prices = new PriceStore(clock, delayed);
  const analytics = new AnalyticsStore();
  const reviews = new ReviewStore();
  const downloadHost = await startDownloadHost(analytics, clock);
  const routes = [
    ...salesReportRoutes(reports, { ...salesReportCatalogue, ...options.reportVersions }),
    ...priceRoutes(prices),
    ...financeReportRoutes(reports),
    ...appRoutes(prices),
    ...analyticsRoutes(analytics, prices, downloadHost),
    ...reviewRoutes(reviews, prices),
  ];

  const purchasePriceWrites = new MinuteCounter();
  const parts = { clock, accounts, behaviour, faults, journal, rates, purchasePriceWrites, routes, delayed };
  const listener: RequestListener = (request, response) => {
    handle(parts, request, response).catch(() => response.destroy());
  };
  const server = createServer(listener);
  const doors: { close(): Promise<void> }[] = [downloadHost];
  const closeDoors = () => Promise.all(doors.map((door) => door.close()));
  const port = await listen(server, options.port, options.host).catch(async (error: unknown) => {
    // A taken port: what is open already would keep the process alive.
    await closeDoors();
    throw error;
  });
  const close = async (): Promise<void> => {
    await closeServer(server);
    await closeDoors();
  };
  let https: HttpsDoor | undefined;
  if (options.https !== undefined) {
    try {
      https = await openHttpsDoor(listener, options.https === true ? {} : options.https);
      doors.push(https);
    } catch (error) {
      await close();
      throw error;
    }
  }

  return {
    https,
    origin: `http://127.0.0.1:${port}`,
    behaviour,
    reports,
    prices,
    analytics,
    reviews,
    faults,
    addTeam: (team) => accounts.addTeam(team),
    setAgreement: (teamName, signed) => accounts.setAgreement(teamName, signed),
    addKey: (key) => accounts.addKey(key),
    revokeKey: (keyId, from) => accounts.revokeKey(keyId, from ?? clock.now()),
    leaveRequests: (keyId, remaining) => rates.leave(keyId, remaining, clock.now()),
    requests: () => journal.all(),
    clearRequests: () => journal.clear(),
    downloads: () => downloadHost.seen(),
    close,
  };
}
