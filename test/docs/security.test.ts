import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { environmentSchema } from '../../functions/platform/config/environment.ts';
import { appOf, templateOf } from '../infra/templates.ts';

const PAGE = readFileSync('docs/security.md', 'utf8');
const OVERVIEW = readFileSync('SECURITY.md', 'utf8');
const quoted = [...PAGE.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);

describe('The page about security', () => {
  it('names only code and tests that exist', () => {
    const files = quoted.filter((text) => /^(functions|infra|test|cli)\/\S+\.ts$/.test(text));
    assert.ok(files.length > 30, String(files.length));
    const held = [...OVERVIEW.matchAll(/`(test\/[^`*]+\.ts)`/g)].map(([, file = '']) => file);
    assert.ok(held.length > 20, String(held.length));
    assert.deepEqual(
      [...files, ...held].filter((file) => !existsSync(file)),
      [],
    );
  });

  it('names every policy for people, and no other', () => {
    const outputs = Object.keys(templateOf(appOf(), 'app-store-connect-jobs').findOutputs('*')).filter(
      (name) => name.endsWith('PolicyArn'),
    );
    const named = new Set(quoted.filter((text) => text.endsWith('PolicyArn')));
    assert.deepEqual([...named].sort(), outputs.sort());
  });

  it('names every host that the functions ask unless told otherwise', () => {
    const hosts = Object.entries(environmentSchema.shape).flatMap(([name, schema]) => {
      const value: unknown = name.endsWith('_URL') ? schema.safeParse(undefined).data : undefined;
      return typeof value === 'string' ? [new URL(value).hostname] : [];
    });
    assert.ok(hosts.length >= 2, hosts.join());
    for (const host of hosts) assert.ok(quoted.includes(host), host);
  });
});
