import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { parseSettings, type Settings } from '../../functions/platform/config/settings.ts';
import type { Clock, EpochMillis } from '../../functions/platform/util/clock.ts';
import { subscribedReviews } from '../../functions/reports/reviews/names/review-series.ts';
import { synthesizeAssembly } from '../aws/assembly.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../aws/index.ts';
import { createSimulatedClock } from '../clock/clock.ts';
import { type EcbServer, startEcbServer } from '../ecb/ecb-server.ts';
import { type Role, type Simulator, type SimulatorOptions, startSimulator } from '../simulator/index.ts';
import { addSampleKey } from '../simulator/samples/sample-key.ts';

/** A key that was made for this run, in whole: its private half is in the secret and nowhere else. */
export type LocalKey = { keyId: string; issuerId: string; privateKeyPem: string };

/** Apple, the cloud and the clock they share. */
export type World = {
  /** Tells the time. It is moved by `pass` and `passTo` only. */
  clock: Clock;
  simulator: Simulator;
  cloud: LocalCloud;
  settings: Settings;
  /** The stand-in of the European Central Bank. */
  ecb: Pick<EcbServer, 'correct'>;
  /** The reports key of each team, by team name. */
  keys: ReadonlyMap<string, LocalKey>;
  /** The prices key of each team that has one, by team name. */
  priceKeys: ReadonlyMap<string, LocalKey>;
  /**
   * Lets time pass between two things that functions do, never within one: a request that is under way does not
   * take hours, and its token does not age meanwhile.
   *
   * @param isWanted asked in the moment in which nothing is under way any more: `false` leaves the clock where it is
   */
  pass(millis: number, isWanted?: () => boolean): Promise<void>;
  /** Like `pass`, to a moment, which may also lie before. */
  passTo(at: EpochMillis): Promise<void>;
  /**
   * Waits until no queue's function and no delivery of an event is at work. A record may say that a change is over while
   * its function still has to count and to tell it.
   */
  quiet(): Promise<void>;
  /** Puts another value into a team's reports secret. */
  storeReportsSecret(team: string, value: string): Promise<void>;
  close(): Promise<void>;
};

export type WorldOptions = {
  now: EpochMillis;
  /** The form of `context.appStoreConnect`; that of cdk.json when absent. */
  settings?: unknown;
  simulator?: Partial<SimulatorOptions>;
  redelivery?: LocalCloudOptions['redelivery'];
  port?: LocalCloudOptions['port'];
  env?: Record<string, string>;
  /** Role of every team's reports key. Default Finance. */
  reportsRole?: Role;
};

/** Apple states this limit in a local run, so that 175 writes are not spread over a minute of a person's time. */
const MINUTE_LIMIT = 12_000;

const cdkJson = z.object({ context: z.object({ appStoreConnect: z.unknown() }) });

/**
 * Starts the simulator and the embedded cloud with the app deployed, and gives every team of the settings a
 * fresh key that Apple knows and the team's secret holds.
 */
export async function startWorld(options: WorldOptions): Promise<World> {
  const settings = parseSettings(options.settings ?? projectSettings());
  const assembly = await synthesizeAssembly(
    options.settings === undefined ? {} : { appStoreConnect: options.settings },
  );
  const clock = createSimulatedClock(options.now);
  const simulator = await startSimulator({ clock, minuteLimit: MINUTE_LIMIT, ...options.simulator });
  const ecb = await startEcbServer(clock);
  const cloud = await startLocalCloud({
    assembly,
    clock,
    env: {
      APP_STORE_CONNECT_BASE_URL: simulator.origin,
      EXCHANGE_RATES_BASE_URL: ecb.baseUrl,
      ...options.env,
    },
    ...(options.redelivery !== undefined && { redelivery: options.redelivery }),
    ...(options.port !== undefined && { port: options.port }),
  });
  const secrets = new SecretsManagerClient(cloud.clientConfig);
  const keys = new Map<string, LocalKey>();
  const priceKeys = new Map<string, LocalKey>();
  for (const [index, team] of settings.teams.entries()) {
    const made = await introduceTeam({ simulator, secrets, clock }, team, index, options.reportsRole);
    keys.set(team.name, made.reports);
    if (made.prices !== undefined) priceKeys.set(team.name, made.prices);
  }
  return {
    clock,
    simulator,
    cloud,
    settings,
    ecb,
    keys,
    priceKeys,
    pass: (millis, isWanted = () => true) =>
      cloud.whileStill(() => {
        if (isWanted()) clock.advance(millis);
      }),
    passTo: (at) => cloud.whileStill(() => clock.set(at)),
    quiet: () => cloud.whileStill(() => undefined),
    storeReportsSecret: async (team, value) => {
      const SecretId = settings.teams.find(({ name }) => name === team)?.keys.reports;
      await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: value }));
    },
    close: async () => {
      secrets.destroy();
      await cloud.close();
      await simulator.close();
      await ecb.close();
    },
  };
}

/** Adds a team to Apple with its vendors and apps, and puts a fresh key into each secret that its settings name. */
async function introduceTeam(
  { simulator, secrets, clock }: { simulator: Simulator; secrets: SecretsManagerClient; clock: Clock },
  team: Settings['teams'][number],
  index: number,
  reportsRole: Role | undefined,
): Promise<{ reports: LocalKey; prices?: LocalKey }> {
  const issuerId = randomUUID();
  const suffix = String(index).padStart(2, '0');
  simulator.addTeam({
    name: team.name,
    issuerId,
    vendors: team.vendors.map(({ number }) => number),
    apps: [
      ...(team.apps ?? []).map(({ id }) => id),
      ...subscribedReviews({ teams: [team] }).map(({ series }) => series.app),
    ],
  });
  const reports = makeKey(simulator, {
    team: team.name,
    issuerId,
    keyId: `LOCALKEY${suffix}`,
    role: reportsRole ?? 'FINANCE',
    // A key that is to read both has both roles: Finance alone reads no reviews.
    ...(reportsRole === undefined && team.reviews !== undefined && { otherRoles: ['CUSTOMER_SUPPORT'] }),
  });
  const store = (Name: string, SecretString: string) =>
    secrets.send(new CreateSecretCommand({ Name, SecretString }));
  await store(team.keys.reports, secretOf(reports, clock.now()));
  if (team.keys.prices === undefined || team.keys.prices === team.keys.reports) return { reports };
  const role = 'APP_MANAGER';
  const prices = makeKey(simulator, { team: team.name, issuerId, keyId: `LOCALPRC${suffix}`, role });
  await store(team.keys.prices, secretOf(prices, clock.now(), role));
  return { reports, prices };
}

const projectSettings = (): unknown =>
  cdkJson.parse(JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'))).context
    .appStoreConnect;

/** What Apple's page does: makes a key of a team, and gives its private half once. */
export function makeKey(
  simulator: Simulator,
  {
    issuerId,
    ...key
  }: { team: string; issuerId: string; keyId: string; role: Role; otherRoles?: readonly Role[] },
): LocalKey {
  return { keyId: key.keyId, issuerId, privateKeyPem: addSampleKey(simulator, key) };
}

/** A key secret as the contract has it. */
export const secretOf = (key: LocalKey, now: EpochMillis, role: Role = 'FINANCE'): string =>
  JSON.stringify({
    keyId: key.keyId,
    issuerId: key.issuerId,
    privateKey: key.privateKeyPem,
    kind: 'team',
    role,
    createdAt: new Date(now).toISOString().slice(0, 10),
  });
