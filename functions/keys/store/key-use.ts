import type { KeyOwner } from '../../app-store-connect/key-metrics.ts';
import type { Settings, TeamSettings } from '../../platform/config/settings.ts';

/** What a key is used for: each team has one for reports, and one for prices where it changes prices. */
export const KEY_JOBS = ['reports', 'prices'] as const satisfies readonly KeyOwner['job'][];
export type KeyJob = (typeof KEY_JOBS)[number];

/** A key by its use: which team's, for which job, and where it is stored. */
export type KeyUse = { team: string; job: KeyJob; secretName: string; settings: TeamSettings };

/** Every key that the settings name, in their order. */
export const keyUsesOf = ({ teams }: Settings): KeyUse[] =>
  teams.flatMap((settings) =>
    KEY_JOBS.flatMap((job) => {
      const secretName = settings.keys[job];
      return secretName === undefined ? [] : [{ team: settings.name, job, secretName, settings }];
    }),
  );

/** `acme/reports`: how a key is called in texts. */
export const keyUseName = ({ team, job }: KeyOwner): string => `${team}/${job}`;

/** The least role that a job's key needs, as Apple's page offers it. */
export const NEEDED_ROLE: Record<KeyJob, string> = { reports: 'Finance', prices: 'App Manager' };

/** The stack's functions that use a job's key. */
export const USED_BY: Record<KeyJob, readonly string[]> = {
  reports: ['FetchReport', 'CheckKeys', 'RotateKey'],
  prices: ['ApplyPriceChange', 'ReconcilePrices', 'CheckKeys', 'RotateKey'],
};

/** Stated roles that allow more than the job needs. Making requests for analytics reports takes an Admin. */
export function isWiderThanNeeded(job: KeyJob, role: string, needsAdmin: boolean): boolean {
  if (job === 'prices') return false;
  return role === 'APP_MANAGER' || (!needsAdmin && (role === 'ADMIN' || role === 'ACCOUNT_HOLDER'));
}

/** Whether a key has to make requests for analytics reports, too. */
export const needsAdmin = ({ job, settings }: KeyUse): boolean =>
  job === 'reports' && (settings.apps ?? []).length > 0;
