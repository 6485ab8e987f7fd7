import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { projectFiles } from '../../../cli/commands/init/project-files.ts';
import { MORNING_SETTINGS } from '../../../local/demo/morning.ts';
import { stockSamples } from '../../../local/simulator/samples/sample-stock.ts';
import { startWorld, type World } from '../../../local/world/world.ts';
import { type Operator, operatorOf } from '../../cli/operator/operator.ts';
import { TEN } from '../../end-to-end/prices/prices.ts';
import { type Fence, fencesOf, PAGES, wordsOf } from '../fences.ts';

const FENCES = PAGES.flatMap(fencesOf);
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));
/** Of a project that `asc-jobs init` makes: pages say what to do in it. */
const { scripts: scriptsOfInit } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(
  JSON.parse(
    projectFiles({
      name: 'office',
      team: 'acme',
      vendor: '85012345',
      reports: ['SALES/SUMMARY/DAILY'],
      emails: [],
      region: 'us-east-1',
      withPrices: true,
      packageSpec: '^0.1.0',
    }).get('package.json') ?? '{}',
  ),
);
/** Run on every change, by the line. */
const CI = readFileSync('.ci/run', 'utf8');
/** Stay up until they are stopped; tests of their own start what they start. */
const SERVING = ['npm run local', 'npm run status'];

const isOurs = (command: string): boolean => command.startsWith('npx asc-jobs ');
/** Commands of ours that serve until they are stopped, or work in a person's home; test/cli, test/try and test/mcp start them. */
const HAS_OWN_TEST = /^npx asc-jobs (simulate|try|mcp|init)\b|--serve\b/;
/** `npm ci && npm start` are two. */
const single = (command: string): string[] => command.split(' && ');

describe('Commands in the documents', () => {
  const runnable = FENCES.filter(({ needsAws }) => !needsAws);

  it('are either run by a test or marked as needing AWS', () => {
    const unknown = runnable.flatMap(({ file, line, commands }) =>
      commands
        .flatMap(single)
        .filter((command) => !isOurs(command) && !SERVING.includes(command) && !isKnownNpm(command))
        .map((command) => `${file}:${line}: ${command}`),
    );
    assert.deepEqual(unknown, []);
  });

  it('name npm scripts that exist', () => {
    for (const page of PAGES)
      for (const [, name = ''] of readFileSync(page, 'utf8').matchAll(/npm run (?:-s )?([a-z:-]+)/g))
        assert.ok(
          name in scripts || name in scriptsBeside(page) || name in scriptsOfInit,
          `${page}: npm run ${name}`,
        );
  });

  describe('of ours', () => {
    let world: World;
    before(async () => {
      world = await startWorld({ now: TEN, settings: MORNING_SETTINGS });
      stockSamples(world.simulator, { team: 'acme', vendor: '85012345', now: TEN });
      for (const job of ['PlanReports', 'CheckKeys']) await world.cloud.invoke(job);
      await world.cloud.drain();
    });
    after(() => world.close());

    const isRunHere = (command: string): boolean => isOurs(command) && !HAS_OWN_TEST.test(command);
    for (const fence of runnable.filter(({ commands }) => commands.some(isRunHere)))
      it(`work as ${fence.file}:${fence.line} shows them`, () => runAll(operatorOf(world), fence));
  });
});

/** Scripts of an example, which is a project of its own. */
function scriptsBeside(page: string): object {
  const file = join(dirname(page), 'package.json');
  return dirname(page) !== '.' && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).scripts : {};
}

/** What the pipeline runs itself, a checked script, or one test file. */
function isKnownNpm(command: string): boolean {
  // A line of the pipeline may set variables first: `HISTORY_COUNT=600 npm test`.
  const lines = CI.split('\n').map((line) => line.trim().replace(/^(?:[A-Z_]+=\S* )+/, ''));
  if (lines.some((line) => line.startsWith(command))) return true;
  const name = /^npm run ([a-z:-]+)$/.exec(command)?.[1];
  return name !== undefined && name in scripts;
}

async function runAll(operator: Operator, { file, line, commands }: Fence): Promise<void> {
  for (const command of commands) {
    if (!isOurs(command) || HAS_OWN_TEST.test(command)) continue;
    const words = wordsOf(command)
      .slice(2)
      .filter((word) => word !== '--local')
      .map((word) => keyFile(operator, word));
    const { exit, out, err } = await operator.run(words, 'yes');
    // 0 to 2 say how things stand; 3 is that the command could not be carried out.
    assert.notEqual(exit, 3, `${file}:${line}: ${command}\n${out}${err}`);
  }
}

const downloads = new Map<string, string>();

/** A key file that a document names is one that Apple's page has given. */
function keyFile(operator: Operator, word: string): string {
  const keyId = /AuthKey_([A-Z0-9]{10})\.p8$/.exec(word)?.[1];
  if (keyId === undefined) return word;
  const file = downloads.get(keyId) ?? operator.download(keyId).file;
  downloads.set(keyId, file);
  return file;
}
