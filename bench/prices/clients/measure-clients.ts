import { CLIENT_VERSIONS, installAsc } from '../../peers/clients.ts';
import { CLIENT_NOTES, npmPeer } from '../../peers/peers.ts';
import { type PriceOrder, startClient } from './client-process.ts';
import { changePrices } from './one-post-per-territory.ts';
import { plainFetch } from './plain-fetch.ts';
import { naiveChange, rightOnes, slowly, startApple, traffic, untilWritten } from './price-scene.ts';

export type Client = {
  name: PriceOrder['client'];
  label: string;
  /** Whether it sends its writes one after another, whatever a script would do. */
  takesTurns: boolean;
};

/** How a script sends its writes. `mostly`: nine of ten territories were written in the same minute. */
export const WAYS = [
  { name: 'one after another', atOnce: 1, mostly: false },
  { name: '8 at a time', atOnce: 8, mostly: false },
  { name: '8 at a time, 90 % right already', atOnce: 8, mostly: true },
];

/** The clients that can be measured here, and a line about each that cannot. */
export function measurableClients(): { clients: Client[]; notes: string[] } {
  const clients: Client[] = [{ name: 'plain fetch', label: 'plain fetch', takesTurns: false }];
  const notes: string[] = [];
  for (const name of ['appstore-connect-sdk', 'node-app-store-connect-api'] as const) {
    const peer = npmPeer(name);
    if ('missing' in peer) notes.push(`Skipped: ${peer.missing}.`);
    else clients.push({ name, label: `${name} ${peer.version}`, takesTurns: false });
  }
  const asc = installAsc();
  if ('missing' in asc) notes.push(`Skipped: ${asc.missing}.`);
  else clients.push({ name: 'asc', label: `asc ${CLIENT_VERSIONS.asc}`, takesTurns: true });
  return { clients, notes: [...notes, ...CLIENT_NOTES] };
}

/** How a client can be asked to send its writes. */
export const waysOf = ({ takesTurns }: Client) => WAYS.filter(({ atOnce }) => !takesTurns || atOnce === 1);

/** A whole change by one client. */
export async function clientChange(client: Client, atOnce: number, mostly: boolean) {
  const { simulator, access } = await startApple({ https: client.name === 'asc' });
  try {
    const change = naiveChange(atOnce);
    if (mostly) await changePrices(plainFetch(access), change, (_, index) => index % 10 !== 0);
    slowly(simulator);
    simulator.clearRequests();
    const { seconds, megabytes, refused } = await startClient({ client: client.name, access, change }).end();
    return {
      ...traffic(simulator),
      seconds,
      megabytes,
      refused: refused.length,
      right: rightOnes(simulator, 'subscription'),
    };
  } finally {
    await simulator.close();
  }
}

/** A change whose process is killed after so many writes, and is then started again as it was. */
export async function killedClientChange(client: Client, atOnce: number, writes: number) {
  const { simulator, access } = await startApple({ https: client.name === 'asc' });
  try {
    slowly(simulator);
    const order = { client: client.name, access, change: naiveChange(atOnce) };
    const first = startClient(order);
    await untilWritten(simulator, writes);
    const killed = await first.kill();
    const rightWhenKilled = rightOnes(simulator, 'subscription');
    const again = await startClient(order).end();
    return {
      ...traffic(simulator),
      seconds: killed.seconds + again.seconds,
      megabytes: Math.max(killed.megabytes, again.megabytes),
      rightWhenKilled,
      right: rightOnes(simulator, 'subscription'),
      // It keeps nothing, so that only what it printed could tell.
      knownFrom: killed.printed.trim() === '' ? 'nothing' : killed.printed.trim(),
    };
  } finally {
    await simulator.close();
  }
}
