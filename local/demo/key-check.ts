import * as z from 'zod';
import { type KeyStatus, keyStatusSchema } from '../../functions/keys/store/key-status.ts';
import { DAY_MILLIS } from '../../functions/platform/util/time.ts';
import { secretOf, type World } from '../world/world.ts';
import type { CheckList } from './check-list.ts';
import { at } from './morning.ts';
import { renderRows } from './partition-table.ts';

const TEAM = 'acme';

const answerSchema = z.object({ keys: z.array(keyStatusSchema) });

/**
 * Plays three daily checks of a team's reports key: one while it is well, one when it is 68 of 90 days old, one after
 * it was revoked. Shows what was found and the messages an operator received, and checks them. Leaves the key revoked.
 */
export async function playKeyCheck(
  world: World,
  checks: CheckList,
  say: (line: string) => void,
): Promise<void> {
  const key = world.keys.get(TEAM);
  if (key === undefined) throw new Error(`There is no team ${TEAM}`);
  const healthy = await checkKeys(world);
  checks.check('a healthy key drew no word', subjectsOf(world).length === 0, subjectsOf(world).join('; '));

  await world.pass(DAY_MILLIS);
  await world.storeReportsSecret(TEAM, secretOf(key, world.clock.now() - 68 * DAY_MILLIS));
  const ageing = await checkKeys(world);
  // Once more, as a scheduler may do it.
  await checkKeys(world);
  checks.check(
    'of an ageing key one reminder was sent, though the check ran twice',
    subjectsOf(world).length === 1 && ageing.status.findings.some(({ code }) => code === 'key-ageing'),
    subjectsOf(world).join('; '),
  );

  await world.pass(DAY_MILLIS);
  world.simulator.revokeKey(key.keyId);
  const revoked = await checkKeys(world);
  checks.check(
    'a revoked key was named as revoked, not as some 401, after three refusals, as one proves little',
    revoked.status.diagnoses[0]?.cause === 'key-revoked' && revoked.requests === 3,
    `${revoked.status.diagnoses[0]?.cause}, ${revoked.requests} calls`,
  );
  checks.check('and was told once', subjectsOf(world).length === 2, subjectsOf(world).join('; '));

  say(
    `\nThe daily check of the key of ${TEAM}/reports, on three mornings; before the second its secret is made to say that it is older:`,
  );
  say(renderRows([healthy, ageing, revoked].map(rowOf)));
  say('\nWhat the operator received by e-mail (in chat it is shorter):');
  for (const { subject, email } of noticesOfKeys(world))
    say(`\n${framed(`Subject: ${subject}\n\n${email}`)}`);
}

type Checked = { when: string; status: KeyStatus; requests: number };

async function checkKeys(world: World): Promise<Checked> {
  const before = world.simulator.requests().length;
  const schedule = world.cloud.schedules.find(({ target }) => target.id === 'CheckKeys');
  const answer = await world.cloud.invoke(schedule?.target.id ?? 'CheckKeys', schedule?.input);
  await world.cloud.drain();
  const status = answerSchema.parse(answer).keys.find(({ team, job }) => team === TEAM && job === 'reports');
  if (status === undefined) throw new Error(`The check tells nothing of ${TEAM}/reports`);
  const asked = world.simulator.requests().slice(before);
  return {
    when: at(world),
    status,
    requests: asked.filter(({ keyId }) => keyId === status.key?.keyId).length,
  };
}

/** The notifications about keys, of all that were sent. */
const noticesOfKeys = ({ cloud }: World) =>
  cloud.notifications().filter(({ subject }) => subject.includes(': key '));

const subjectsOf = (world: World): string[] => noticesOfKeys(world).map(({ subject }) => subject);

const rowOf = ({ when, status: { key, health, findings } }: Checked) => ({
  when,
  'key ID': key?.keyId ?? '',
  age: key === undefined ? '' : `${key.ageDays} of ${key.maxAgeDays} days`,
  Apple: health === 'well' ? 'accepts it' : 'refuses it',
  finding: findings[0]?.code ?? '',
});

const framed = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  │ ${line}`.trimEnd())
    .join('\n');
