import { createHash, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { EpochMillis } from '../../../functions/platform/util/clock.ts';

export const accessTypes = ['ONGOING', 'ONE_TIME_SNAPSHOT'] as const;
export const categories = [
  'APP_USAGE',
  'APP_STORE_ENGAGEMENT',
  'COMMERCE',
  'FRAMEWORK_USAGE',
  'PERFORMANCE',
] as const;
export const granularities = ['DAILY', 'WEEKLY', 'MONTHLY'] as const;

export type AccessTypeName = (typeof accessTypes)[number];
export type CategoryName = (typeof categories)[number];
export type GranularityName = (typeof granularities)[number];

/** The category of this name; `undefined` for any other word. */
export const categoryOf = (name: string): CategoryName | undefined =>
  categories.find((category) => category === name);

export type AnalyticsRequest = {
  id: string;
  app: string;
  accessType: AccessTypeName;
  createdAt: EpochMillis;
  /** From when on Apple makes no more instances, as nobody has read them for long. */
  stoppedAt?: EpochMillis;
};

export type OfferedReport = { category: CategoryName; name: string };

export type InstanceInput = {
  app: string;
  category: CategoryName;
  name: string;
  granularity: GranularityName;
  /** `YYYY-MM-DD` */
  processingDate: string;
  /** When Apple has made it. */
  availableAt: EpochMillis;
  /** The text of each segment. */
  segments: readonly string[];
  /** Default ONGOING. */
  accessType?: AccessTypeName;
};

export type Segment = { id: string; gzip: Uint8Array; checksum: string; sizeInBytes: number };

export type Instance = Omit<InstanceInput, 'segments' | 'accessType'> & {
  id: string;
  accessType: AccessTypeName;
  segments: Segment[];
};

/** What goes wrong with segments: in Apple's list of them, or at the host they are downloaded from. */
export type SegmentFault =
  /** The list tells another checksum than the file has. */
  | { kind: 'wrongChecksum' }
  /** The list gives an address whose signature has expired. */
  | { kind: 'expiredUrl' }
  /** The list gives this address. */
  | { kind: 'address'; url: string }
  /** The host sends half of the file, as a complete answer. */
  | { kind: 'truncated' }
  /** The host sends more than the list announced. */
  | { kind: 'padded' }
  /** The host leads to another address. */
  | { kind: 'redirect'; location: string };

const LISTED = ['wrongChecksum', 'expiredUrl', 'address'];

/** The analytics that Apple has for apps: requests, the reports they offer, instances and segments. */
export class AnalyticsStore {
  readonly #requests: AnalyticsRequest[] = [];
  readonly #offered: OfferedReport[] = [];
  readonly #instances: Instance[] = [];
  readonly #snapshotMadeAt = new Map<string, EpochMillis>();
  readonly #lost = new Map<string, { from: EpochMillis; until: EpochMillis }>();
  #faults: { fault: SegmentFault; times: number }[] = [];

  /** Lets every request offer this report. */
  offer(...reports: OfferedReport[]): void {
    this.#offered.push(...reports);
  }

  /** Puts an instance, and offers its report. Another one for the same date is a later instance. @returns its id */
  put(input: InstanceInput): string {
    const { category, name, accessType = 'ONGOING' } = input;
    if (!this.#offered.some((report) => report.category === category && report.name === name))
      this.offer({ category, name });
    const id = randomUUID();
    this.#instances.push({ ...input, id, accessType, segments: input.segments.map(segmentOf) });
    return id;
  }

  /** Makes a request as a person would on another machine. */
  create(app: string, accessType: AccessTypeName, now: EpochMillis): AnalyticsRequest {
    const request = { id: randomUUID(), app, accessType, createdAt: now };
    this.#requests.push(request);
    if (accessType === 'ONE_TIME_SNAPSHOT') this.#snapshotMadeAt.set(app, now);
    return request;
  }

  /** Deletes a request, as a person may; Apple remembers that it was made. */
  remove(id: string): void {
    const index = this.#requests.findIndex((request) => request.id === id);
    if (index !== -1) this.#requests.splice(index, 1);
  }

  /** When the last one-time snapshot of an app was asked for, whether or not it is there still. */
  lastSnapshotOf(app: string): EpochMillis | undefined {
    return this.#snapshotMadeAt.get(app);
  }

  /** Apple goes on listing an instance whose segments it no longer has. */
  loseSegments(instanceId: string, from: EpochMillis, until = Number.POSITIVE_INFINITY): void {
    this.#lost.set(instanceId, { from, until });
  }

  /** The ids of the instances of a processing date, in the order in which they were put. */
  idsOf(processingDate: string): string[] {
    return this.#instances.filter((one) => one.processingDate === processingDate).map(({ id }) => id);
  }

  hasSegments(instanceId: string, now: EpochMillis): boolean {
    const { from, until } = this.#lost.get(instanceId) ?? { from: Infinity, until: Infinity };
    return now < from || now >= until;
  }

  /** Stops an app's running ongoing request for inactivity. */
  stop(app: string, at: EpochMillis): void {
    for (const request of this.requestsOf(app, 'ONGOING')) request.stoppedAt ??= at;
  }

  /** Spoils the next segments that are listed or sent. */
  spoil(fault: SegmentFault, times = 1): void {
    this.#faults.push({ fault, times });
  }

  healSegments(): void {
    this.#faults = [];
  }

  requestsOf(app: string, accessType?: string): AnalyticsRequest[] {
    return this.#requests.filter(
      (request) => request.app === app && (accessType ?? request.accessType) === request.accessType,
    );
  }

  request(id: string): AnalyticsRequest | undefined {
    return this.#requests.find((request) => request.id === id);
  }

  reports(): readonly OfferedReport[] {
    return this.#offered;
  }

  /** The instances of a request that can be seen at this moment. */
  visible(request: AnalyticsRequest, firstAfterMillis: number, now: EpochMillis): Instance[] {
    if (now < request.createdAt + firstAfterMillis) return [];
    return this.#instances.filter(
      ({ app, accessType, availableAt }) =>
        app === request.app &&
        accessType === request.accessType &&
        availableAt <= now &&
        availableAt < (request.stoppedAt ?? Number.POSITIVE_INFINITY),
    );
  }

  /** Every instance of an app, in the order in which they were put. */
  instancesOf(app: string): readonly Instance[] {
    return this.#instances.filter((instance) => instance.app === app);
  }

  instance(id: string): Instance | undefined {
    return this.#instances.find((instance) => instance.id === id);
  }

  segment(id: string): Segment | undefined {
    return this.#instances.flatMap(({ segments }) => segments).find((segment) => segment.id === id);
  }

  /** The fault that meets this listing or this download; counts it. */
  strike(where: 'list' | 'host'): SegmentFault | undefined {
    const entry = this.#faults.find(
      ({ fault, times }) => times > 0 && LISTED.includes(fault.kind) === (where === 'list'),
    );
    if (entry === undefined) return undefined;
    entry.times -= 1;
    return entry.fault;
  }
}

function segmentOf(text: string): Segment {
  const gzip = gzipSync(text);
  const checksum = createHash('md5').update(gzip).digest('hex');
  return { id: randomUUID(), gzip, checksum, sizeInBytes: gzip.byteLength };
}
