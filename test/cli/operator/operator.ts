import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalKey, makeKey, type World } from '../../../local/world/world.ts';
import { runCommand, type Said } from './run-command.ts';

/** An operator at a terminal, with the settings of the world and a directory of key files. */
export type Operator = {
  directory: string;
  /** Runs `asc-jobs` with these arguments. `answer`: what the operator types when asked. */
  run(args: readonly string[], answer?: string): Promise<Said>;
  /** Makes a key on Apple's page and downloads it; gives the file. */
  download(keyId: string, role?: 'FINANCE' | 'DEVELOPER'): { file: string; key: LocalKey };
};

/** @param aheadMillis how far the operator's clock is ahead of the world's */
export function operatorOf(world: World, aheadMillis = 0): Operator {
  const directory = mkdtempSync(join(tmpdir(), 'operator-'));
  const settings = join(directory, 'settings.json');
  writeFileSync(settings, JSON.stringify(world.settings));
  const globals = ['--endpoint', world.cloud.clientConfig.endpoint, '--settings', settings];
  return {
    directory,
    run: (args, answer) =>
      runCommand([...args, ...globals], {
        ask: async () => answer,
        env: { APP_STORE_CONNECT_BASE_URL: world.simulator.origin },
        now: () => world.clock.now() + aheadMillis,
      }),
    download: (keyId, role = 'FINANCE') => {
      const issuerId = world.keys.get('acme')?.issuerId ?? '';
      const key = makeKey(world.simulator, { team: 'acme', issuerId, keyId, role });
      const file = join(directory, `AuthKey_${keyId}.p8`);
      writeFileSync(file, key.privateKeyPem);
      return { file, key };
    },
  };
}
