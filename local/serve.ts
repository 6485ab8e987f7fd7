import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { formatMinute } from '../functions/platform/util/time.ts';
import { requireFreePort } from '../tools/script/free-port.ts';
import { portNumber, script, wholeNumber } from '../tools/script/script.ts';
import { removeLocalStack, writeLocalStack } from './local-stack.ts';
import { passDays, startLocalWorld } from './world/local-world.ts';
import { makeKey, type World } from './world/world.ts';

const KEYS_DIRECTORY = '.local/keys';

/** That pass at a time. */
const MAXIMUM_DAYS = 60;

const HELP = `  key ID [TEAM] [ROLE]   what Apple's page does: makes a key and leaves AuthKey_ID.p8 in ${KEYS_DIRECTORY}
  revoke ID              Apple refuses the key from now on
  days N                 lets N days pass: Apple has new reports, the daily jobs run
  told                   what the notification topic has told people
  quit`;

const { port, days } = script(
  'npm run local',
  "A stack on this machine that stays up, with today's date, for the operator's commands (--local).",
)
  .option('--port <n>', 'on which port; 0: any free one', portNumber, 4577)
  .option('--days <n>', 'reports of so many days; fewer start faster', wholeNumber, 62)
  .parse()
  .opts<{ port: number; days: number }>();
await requireFreePort(port, 'npm run local');
const world = await startLocalWorld({ now: Date.now(), port, days });
announce(world);
console.log(`AWS is at ${world.cloud.clientConfig.endpoint}, Apple at ${world.simulator.origin}.
The operator's commands work on it with --local, for example in another terminal:

  npx asc-jobs status --local
  npx asc-jobs status --local --serve
  npx asc-jobs doctor --local

Type one of these:

${HELP}
`);

const lines = createInterface({ input: process.stdin });
try {
  let isOver = false;
  for await (const line of lines) {
    isOver = (await obey(world, line.trim().split(/\s+/))) === 'quit';
    if (isOver) break;
  }
  // Without a terminal (Docker, CI, nohup) nobody types: the stack stays up until it is stopped.
  if (!isOver) await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
} finally {
  removeLocalStack();
  lines.close();
  await world.close();
}

async function obey(
  world: World,
  [word = '', first = '', ...more]: readonly string[],
): Promise<'quit' | undefined> {
  try {
    if (word === 'quit') return 'quit';
    if (word === 'key') newKey(world, first, more);
    else if (word === 'revoke') world.simulator.revokeKey(first);
    else if (word === 'days') await moveOn(world, Number(first));
    else if (word === 'told')
      for (const { subject, email } of world.cloud.notifications())
        console.log(`\nSubject: ${subject}\n\n${email}`);
    else console.log(HELP);
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
  }
  return undefined;
}

/** Tells `asc-jobs --local` where everything is, and what time it is here. */
function announce({ cloud, simulator, settings, clock }: World): void {
  writeLocalStack({
    endpoint: cloud.clientConfig.endpoint,
    apple: simulator.origin,
    settings,
    clockOffsetMillis: clock.now() - Date.now(),
  });
}

async function moveOn(world: World, days: number): Promise<void> {
  if (!Number.isInteger(days) || days < 1 || days > MAXIMUM_DAYS)
    throw new Error(`Say how many days, at most ${MAXIMUM_DAYS}, such as: days 2`);
  await passDays(world, days);
  announce(world);
  console.log(`It is ${formatMinute(world.clock.now())} UTC here now.`);
}

function newKey(world: World, keyId: string, [team = 'acme', role = 'FINANCE']: readonly string[]): void {
  if (!/^[A-Z0-9]{10}$/.test(keyId)) throw new Error('A key ID has ten capitals and digits.');
  if (role !== 'FINANCE' && role !== 'APP_MANAGER' && role !== 'ADMIN')
    throw new Error('The role is FINANCE, APP_MANAGER or ADMIN.');
  const issuerId = world.keys.get(team)?.issuerId ?? '';
  const { privateKeyPem } = makeKey(world.simulator, { team, issuerId, keyId, role });
  if (!existsSync(KEYS_DIRECTORY)) mkdirSync(KEYS_DIRECTORY, { recursive: true });
  const file = join(KEYS_DIRECTORY, `AuthKey_${keyId}.p8`);
  writeFileSync(file, privateKeyPem, { mode: 0o600 });
  console.log(`${relative('.', file)}; the issuer ID is ${issuerId}`);
}
