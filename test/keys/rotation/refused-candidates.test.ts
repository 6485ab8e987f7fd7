import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { startWorld, type World } from '../../../local/world/world.ts';
import {
  check,
  FIRST_DAY,
  labelsOf,
  putCandidate,
  putVersion,
  rotationTo,
  settingsWith,
  statusOf,
} from '../key-world.ts';

import { reasonIn, rotate, statusIn } from './rotations.ts';

describe('A new key that is no good changes nothing and says why', () => {
  let world: World;
  let labels: Record<string, string[]>;
  before(async () => {
    world = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    await check(world);
  });
  after(() => world.close());
  beforeEach(async () => {
    labels = await labelsOf(world);
  });

  const stillCurrent = async () => {
    const current = (all: Record<string, string[]>) =>
      Object.entries(all).find(([, names]) => names.includes('AWSCURRENT'))?.[0];
    assert.equal(current(await labelsOf(world)), current(labels));
    await check(world);
    assert.equal((await statusOf(world)).key?.keyId, 'LOCALKEY00');
  };

  it('its role is too narrow', async () => {
    await putCandidate(world, 'DEVELOPER1', { role: 'DEVELOPER' });
    const answer = await rotate(world, 'DEVELOPER1');
    assert.equal(statusIn(answer), 'rejected');
    assert.match(reasonIn(answer), /DEVELOPER1 (?:does|may) not allow \/v1\/salesReports.*Finance/s);
    assert.equal((await rotationTo(world, 'DEVELOPER1'))?.state, 'rejected');
    await stillCurrent();
  });

  it('its issuer is that of another team: found out by asking Apple', async () => {
    await putCandidate(world, 'OTHERISS01', { issuerId: '11111111-2222-3333-4444-555555555555' });
    const answer = await rotate(world, 'OTHERISS01');
    const issuerId = world.keys.get('acme')?.issuerId;
    assert.match(reasonIn(answer), new RegExp(`accepts key OTHERISS01 with the issuer ID ${issuerId}`));
    await stillCurrent();
  });

  it('key ID and private key are of different files', async () => {
    await putCandidate(world, 'DIFFERENT1', { privateKeyPem: world.keys.get('acme')?.privateKeyPem ?? '' });
    const answer = await rotate(world, 'DIFFERENT1');
    assert.match(reasonIn(answer), /same private key under key ID LOCALKEY00/);
    await stillCurrent();
  });

  it('the candidate is the .p8 file alone', async () => {
    await putVersion(world, world.keys.get('acme')?.privateKeyPem ?? '', ['CANDIDATE']);
    assert.match(reasonIn(await rotate(world, 'ABCDE12345')), /is not JSON/);
    await stillCurrent();
  });

  it('the candidate is another key than the one asked for', async () => {
    await putCandidate(world, 'CANDIDATE1');
    assert.match(reasonIn(await rotate(world, 'CANDIDATE2')), /holds key CANDIDATE1, not CANDIDATE2/);
    await stillCurrent();
  });

  it('Apple is ill: it is neither promoted nor rejected', async () => {
    await putCandidate(world, 'PATIENCE01');
    const fault = world.simulator.faults.add({
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'status', status: 503, code: 'SERVICE_UNAVAILABLE' },
    });
    const answer = await rotate(world, 'PATIENCE01');
    fault.remove();
    assert.equal(statusIn(answer), 'waiting');
    assert.equal(await rotationTo(world, 'PATIENCE01'), undefined);
    await stillCurrent();
  });

  it('what was rejected may be put right and asked for again', async () => {
    await putCandidate(world, 'RIGHTED001', { issuerId: '11111111-2222-3333-4444-555555555555' });
    assert.equal(statusIn(await rotate(world, 'RIGHTED001')), 'rejected');
    const acme = world.keys.get('acme');
    assert.ok(acme);
    const key = await putCandidate(world, 'RIGHTED002');
    assert.equal(statusIn(await rotate(world, key.keyId)), 'promoted');
  });

  it('a request that is misspelt is refused by name', async () => {
    await assert.rejects(world.cloud.invoke('RotateKey', { team: 'acme', key: 'X' }), /keyId/);
    await assert.rejects(rotate(world, 'ABCDE12345', { team: 'umbra' }), /no reports key of a team "umbra"/);
  });
});
