import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { publishedEvents } from '../../functions/events/contract.ts';
import {
  ACCEPTED_EVENT_TYPES,
  MAILED_EVENT_TYPES,
  NOTIFIED_EVENT_TYPES,
} from '../../functions/events/event-types.ts';

const page = readFileSync('docs/events.md', 'utf8');
const section = (heading: string): string => page.split(`## ${heading}`)[1]?.split('\n## ')[0] ?? '';
const listed = (heading: string): string[] =>
  [...section(heading).matchAll(/^\| `([^`]+)` \|/gm)].map(([, type = '']) => type).sort();

describe('The page of the events', () => {
  it('lists every event that is published, and no other', () => {
    assert.deepEqual(listed('Published'), Object.keys(publishedEvents).sort());
  });

  it('lists every event that is accepted, and no other', () => {
    assert.deepEqual(listed('Accepted'), [...ACCEPTED_EVENT_TYPES].sort());
  });

  it('names every field of every published event', () => {
    const text = section('Published');
    for (const [type, { shape }] of Object.entries(publishedEvents))
      for (const field of Object.keys(shape)) assert.ok(text.includes(`\`${field}\``), `${type}: ${field}`);
  });

  it('of the messages to people lists every event that becomes one', () => {
    const messages = readFileSync('docs/status.md', 'utf8').split('\n## Messages')[1] ?? '';
    const told = [...messages.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, type]) => type),
    );
    assert.deepEqual(told.sort(), [...NOTIFIED_EVENT_TYPES, ...MAILED_EVENT_TYPES].sort());
  });
});
