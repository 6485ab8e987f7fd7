import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExitCode } from '../../cli/terminal/exit-code.ts';
import type { Io } from '../../cli/terminal/io.ts';
import { createSimulatedClock, type SimulatedClock } from '../../local/clock/clock.ts';
import { type Role, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { addSampleKey } from '../../local/simulator/samples/sample-key.ts';
import { SAMPLE_APPS, stockSamples } from '../../local/simulator/samples/sample-stock.ts';
import { runCommand } from '../cli/operator/run-command.ts';

/** A morning on which everything of the day before is due. */
const MORNING = Date.parse('2026-11-24T18:00:00Z');
export const VENDOR = '85012345';

/** Somebody with an account at Apple and a folder of their own. */
export type Account = {
  clock: SimulatedClock;
  simulator: Simulator;
  folder: string;
  /** The file of the key, and the text in it. */
  p8: string;
  pem: string;
  issuerId: string;
  /** Runs `asc-jobs try …` with the key. */
  try(args: readonly string[], more?: Partial<Io>): Promise<{ exit: ExitCode; out: string; err: string }>;
  close(): Promise<void>;
};

export async function openAccount(role: Role = 'ADMIN'): Promise<Account> {
  const clock = createSimulatedClock(MORNING);
  const simulator = await startSimulator({ clock, minuteLimit: 12_000 });
  const issuerId = randomUUID();
  simulator.addTeam({ name: 'acme', issuerId, vendors: [VENDOR], apps: SAMPLE_APPS });
  stockSamples(simulator, { team: 'acme', vendor: VENDOR, now: clock.now() });
  const pem = addSampleKey(simulator, { team: 'acme', keyId: 'TRYKEY0001', role });
  const directory = mkdtempSync(join(tmpdir(), 'try-'));
  const p8 = join(directory, 'AuthKey_TRYKEY0001.p8');
  writeFileSync(p8, pem);
  const folder = join(directory, 'folder');
  return {
    clock,
    simulator,
    folder,
    p8,
    pem,
    issuerId,
    try: (args, more = {}) =>
      runCommand(['try', ...args, '--dir', folder, '--p8', p8, '--issuer', issuerId, '--vendor', VENDOR], {
        env: { APP_STORE_CONNECT_BASE_URL: simulator.origin },
        now: () => clock.now(),
        ...more,
      }),
    close: () => simulator.close(),
  };
}
