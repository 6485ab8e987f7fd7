import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { startWorld, type World } from '../../local/world/world.ts';
import { operatorOf } from '../cli/operator/operator.ts';
import { keyLines, leaksIn, type Trace, tracesOf } from '../leaks.ts';
import { check, DAY, FIRST_DAY, putVersion, settingsWith } from './key-world.ts';

describe('Whatever is done with keys', () => {
  let world: World;
  const secrets: string[] = [];
  const texts: Trace[] = [];
  const remember = (pem: string): string => {
    secrets.push(...keyLines(pem));
    secrets.push(Buffer.from(pem).toString('base64').slice(0, 60));
    return pem;
  };
  const leaks = (trace: Trace): string[] => leaksIn(trace, secrets);

  before(async () => {
    world = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    world.cloud.recordBodies(true);
    const operator = operatorOf(world);
    const say = async (args: readonly string[]): Promise<void> => {
      const { out, err } = await operator.run(args);
      texts.push({ where: `asc-jobs ${args[0]} ${args[1] ?? ''}`, text: out + err });
    };
    remember(world.keys.get('acme')?.privateKeyPem ?? '');
    await check(world);
    await world.pass(70 * DAY);
    await check(world);
    // A good key, a key of too narrow a role, and files that tempt a parser to quote them.
    const { file, key } = operator.download('ROTATED001');
    const developer = operator.download('DEVELOPER1', 'DEVELOPER');
    remember(key.privateKeyPem);
    remember(developer.key.privateKeyPem);
    const cut = join(operator.directory, 'AuthKey_CUTSHORT01.p8');
    writeFileSync(cut, key.privateKeyPem.slice(0, 150));
    const json = join(operator.directory, 'AuthKey_JSONFILE01.p8');
    writeFileSync(
      json,
      JSON.stringify({ privateKey: key.privateKeyPem }).replace('PRIVATE KEY', 'OTHER THING'),
    );
    for (const p8 of [cut, json, developer.file, file])
      await say(['keys', 'rotate', '--team', 'acme', '--p8', p8]);
    for (const p8 of [cut, file]) await say(['keys', 'thumbprint', p8]);
    for (const args of [['doctor'], ['doctor', '--json'], ['keys', 'status', '--json'], ['keys', 'check']])
      await say(args);
    for (const value of [key.privateKeyPem, `{"privateKey":"${key.privateKeyPem}`]) {
      await putVersion(world, value, ['AWSCURRENT']);
      await check(world);
      await say(['doctor']);
    }
    await world.cloud.invoke('RotateKey', { keyId: key.privateKeyPem }).catch((error: unknown) => {
      texts.push({ where: 'a thrown error', text: JSON.stringify(error, Object.getOwnPropertyNames(error)) });
    });

    const client = new DynamoDBClient(world.cloud.clientConfig);
    const TableName = world.cloud.nameOf('AWS::DynamoDB::GlobalTable', 'Keys');
    const { Items = [] } = await DynamoDBDocumentClient.from(client).send(new ScanCommand({ TableName }));
    client.destroy();
    texts.push(
      ...Items.map((item) => ({ where: `item ${item['pk']} ${item['sk']}`, text: JSON.stringify(item) })),
      ...tracesOf(world.cloud),
      ...world.cloud.notifications().map((told) => ({ where: 'notification', text: JSON.stringify(told) })),
    );
  });
  after(() => world.close());

  it('the search would find a key', () => {
    const text = world.keys.get('acme')?.privateKeyPem ?? '';
    assert.notDeepEqual(leaks({ where: 'planted', text }), []);
  });

  it('there is something to search: logs, messages, items, records, commands and an error', () => {
    for (const where of [
      'log of CheckKeys',
      'log of RotateKey',
      'notification',
      'item key#acme#reports status',
      's3 PutObject',
      'sns Publish',
      'asc-jobs keys rotate',
      'asc-jobs doctor ',
      'a thrown error',
    ])
      assert.ok(
        texts.some((found) => found.where === where),
        `nothing from ${where}: ${[...new Set(texts.map((text) => text.where))].join(', ')}`,
      );
  });

  it('no private key and no token is in any of it', () => {
    assert.deepEqual(texts.flatMap(leaks), []);
  });
});
