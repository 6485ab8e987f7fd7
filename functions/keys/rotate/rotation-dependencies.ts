import type { StoredKey, WhichVersion } from '../../app-store-connect/auth/stored-key.ts';
import type { SendNotification } from '../../platform/aws/sns-notifier.ts';
import type { Log } from '../../platform/logging/log.ts';
import type { Clock, Sleep } from '../../platform/util/clock.ts';
import type { AskApple } from '../check/probe.ts';
import type { WriteAudit } from '../store/audit.ts';
import type { KeyLedger } from '../store/key-ledger.ts';
import type { StagingLabels } from './staging-labels.ts';

/** What rotations need. */
export type RotationDependencies = {
  ask: AskApple;
  clock: Clock;
  /** Before a refused old key is asked with again. */
  sleep: Sleep;
  ledger: KeyLedger;
  labels: StagingLabels;
  audit: WriteAudit;
  notify: SendNotification;
  log: Log;
  /** One version of a secret, past every cache. */
  readVersion: (secretName: string, which: WhichVersion) => Promise<StoredKey>;
};
