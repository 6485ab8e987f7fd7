import { writeSync } from 'node:fs';
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

/**
 * A reporter of Node's test runner: prints the first test that fails as `{"failed":"…"}` on a line and ends the
 * process, since nothing more is asked. For `--test-isolation=none`.
 */
export default async function* firstFailure(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type !== 'test:fail') continue;
    const { name, details, file = '' } = event.data;
    // A suite fails as its test has.
    if (details.type === 'suite') continue;
    const label = name === file ? `${relative(process.cwd(), file)} cannot be loaded` : name;
    writeSync(1, `${JSON.stringify({ failed: label })}\n`);
    process.exit(1);
  }
  yield '';
}
