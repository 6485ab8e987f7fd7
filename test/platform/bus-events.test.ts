import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { uploadedKey } from '../../functions/events/object-created.ts';
import { refusedEvent } from '../../functions/platform/bus-event.ts';
import { withErrorLogging } from '../../functions/platform/handler.ts';

const HANDLERS = globSync('functions/**/*.lambda.ts').toSorted();
const handlerModule = z.object({
  handler: z.custom<(event: unknown, context: unknown) => Promise<unknown>>(
    (value) => typeof value === 'function',
  ),
});
const CONTEXT = { awsRequestId: 'r', functionName: 'f', getRemainingTimeInMillis: () => 1000 };

/** An event of the bus that the product publishes itself and that no rule gives to a function. */
const UNKNOWN = { id: 'e', source: 'app-store-connect-jobs', 'detail-type': 'Price Change Accepted' };

describe('An event that no rule sends to a function', () => {
  assert.ok(HANDLERS.length >= 14);
  for (const file of HANDLERS)
    it(`is refused by ${file}, before anything is connected`, async () => {
      const { handler } = handlerModule.parse(await import(pathToFileURL(file).href));
      const answer = await handler({ ...UNKNOWN, detail: { changeId: 'sale', team: 'acme' } }, CONTEXT);
      const { status, problems } = z
        .object({
          status: z.string(),
          problems: z.array(z.object({ path: z.string(), message: z.string() })),
        })
        .parse(answer);
      assert.equal(status, 'rejected');
      assert.deepEqual(
        problems.map(({ path }) => path),
        ['detail-type'],
      );
      assert.match(problems[0]?.message ?? '', /nothing was done\. Narrow the rule/);
    });

  it('is answered and warned of, as an error would bring it again', async () => {
    const warned: unknown[] = [];
    const nothing = (): void => {};
    const log = {
      begin: nothing,
      info: nothing,
      error: nothing,
      warn: (message: string) => void warned.push(message),
    };
    let ran = 0;
    const handler = withErrorLogging(log, async () => (ran += 1), { takes: ['Price Change Requested'] });
    // The context is Lambda's; nothing here reads it.
    const call = (event: unknown): unknown => Reflect.apply(handler, undefined, [event, CONTEXT]);
    assert.deepEqual(await call(UNKNOWN), refusedEvent(UNKNOWN, ['Price Change Requested']));
    assert.deepEqual([ran, warned.length], [0, 1]);
    await call({ ...UNKNOWN, 'detail-type': 'Price Change Requested' });
    await call({ sweep: true });
    await call(undefined);
    assert.deepEqual([ran, warned.length], [3, 1]);
  });

  it('is an upload elsewhere, or one that names no file', () => {
    const upload = (object: unknown) => ({ 'detail-type': 'Object Created', detail: { object } });
    assert.equal(uploadedKey(upload({ key: 'inbox/rates/own.csv' }), 'inbox/rates/'), 'inbox/rates/own.csv');
    assert.equal(uploadedKey({}, 'inbox/rates/'), undefined);
    for (const object of [{ key: 'raw/a' }, {}, undefined])
      assert.throws(() => uploadedKey(upload(object), 'inbox/rates/'), { code: 'EVENT_INVALID' });
  });
});
