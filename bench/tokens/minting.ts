import { spawnSync } from 'node:child_process';
import { createPublicKey, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import { makeKeyPair } from '../../local/simulator/samples/sample-key.ts';
import { npmPeer } from '../peers/peers.ts';
import { pythonWith } from '../peers/python.ts';
import { type Figures, left, right } from '../report/figures.ts';
import { median } from '../report/statistics.ts';
import { type BenchKey, type Minter, minters } from './minters.ts';

const ROUNDS = 9;
const TOKENS = 1000;

/** Microseconds a token: with a key that was read before, and from PEM to token. */
type Micros = { keyRead: number; fromPem: number };

const pyJwtSchema = z.object({ keyRead: z.number(), fromPem: z.number(), tokens: z.array(z.string()) });

/** Signs tokens by ours and by what a user would pick instead, all in turn, on one thread. */
export async function measureMinting(): Promise<Figures> {
  const key = { keyId: 'BENCHKEY00', issuerId: randomUUID(), pem: makeKeyPair().privateKey };
  const jsonwebtoken = npmPeer('jsonwebtoken');
  const python = pythonWith('minting');
  const inNode = await minters(key, 'missing' in jsonwebtoken ? undefined : jsonwebtoken);
  const rounds = new Map<string, Micros[]>();
  const note = (name: string, micros: Micros): void =>
    void rounds.set(name, [...(rounds.get(name) ?? []), micros]);
  // The first round only warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const seen: [string, Micros][] = [];
    for (const minter of inNode) seen.push([minter.name, await mintInNode(minter, key)]);
    if ('python' in python) seen.push(['PyJWT', await mintInPython(python.python, key)]);
    if (round > 0) for (const [name, micros] of seen) note(name, micros);
  }
  const medians = [...rounds].map(([name, all]) => ({ name, ...medianOf(all) }));
  const raw = medians.find(({ name }) => name === 'raw WebCrypto') ?? {
    keyRead: Number.NaN,
    fromPem: Number.NaN,
  };
  return {
    name: 'minting',
    caption: 'Signing a token',
    columns: [
      left('ES256'),
      right('key read once: µs a token'),
      right(': raw WebCrypto'),
      right('from PEM each time: µs a token'),
      right(': raw WebCrypto'),
    ],
    rows: medians.map(({ name, keyRead, fromPem }) => [
      name,
      keyRead.toFixed(0),
      (keyRead / raw.keyRead).toFixed(2),
      fromPem.toFixed(0),
      (fromPem / raw.fromPem).toFixed(2),
    ]),
    notes: [
      `Median of ${ROUNDS} rounds in turn, ${TOKENS} tokens one after another in each; lower is better; every token verified.`,
      'missing' in jsonwebtoken
        ? `Skipped: ${jsonwebtoken.missing}.`
        : `jsonwebtoken ${jsonwebtoken.version}.`,
      'missing' in python ? `Skipped: ${python.missing}.` : `Python: ${python.packages}.`,
    ],
  };
}

async function mintInNode({ keyRead, fromPem }: Minter, key: BenchKey): Promise<Micros> {
  const micros = async (mint: Minter['keyRead']): Promise<number> => {
    await verify(await mint(), key);
    const started = performance.now();
    for (let count = 0; count < TOKENS; count += 1) await mint();
    return ((performance.now() - started) / TOKENS) * 1000;
  };
  return { keyRead: await micros(keyRead), fromPem: await micros(fromPem) };
}

async function mintInPython(python: string, key: BenchKey): Promise<Micros> {
  const { stdout, stderr, status } = spawnSync(python, [join(import.meta.dirname, 'mint_once.py')], {
    encoding: 'utf8',
    input: JSON.stringify({ ...key, count: TOKENS }),
  });
  if (status !== 0) throw new Error(`PyJWT failed: ${stderr}`);
  const { tokens, ...micros } = pyJwtSchema.parse(JSON.parse(stdout));
  for (const token of tokens) await verify(token, key);
  return micros;
}

/** A token that Apple would refuse is no token. */
async function verify(token: string, { pem, keyId, issuerId }: BenchKey): Promise<void> {
  const { protectedHeader } = await jwtVerify(token, createPublicKey(pem), {
    algorithms: ['ES256'],
    issuer: issuerId,
    audience: 'appstoreconnect-v1',
    typ: 'JWT',
  });
  if (protectedHeader.kid !== keyId) throw new Error('The token names another key.');
}

const medianOf = (all: readonly Micros[]): Micros => ({
  keyRead: median(all.map(({ keyRead }) => keyRead)),
  fromPem: median(all.map(({ fromPem }) => fromPem)),
});
