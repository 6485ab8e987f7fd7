import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

const DOCKERFILE = readFileSync('Dockerfile', 'utf8');
const { scripts, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Without Docker the image cannot be built here; what it names can be held against the project. */
describe('The Dockerfile', () => {
  it('builds with the Node that the project is tested with', () => {
    const images = [...DOCKERFILE.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    assert.deepEqual([...new Set(images)], [`node:${devDependencies.node}-slim`]);
  });

  it('copies files and runs scripts that exist', () => {
    const copied = [...DOCKERFILE.matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(([, files = '']) =>
      files.split(' '),
    );
    for (const file of copied) assert.ok(existsSync(file), file);
    for (const [, name = ''] of DOCKERFILE.matchAll(/npm run ([a-z:]+)/g)) assert.ok(name in scripts, name);
  });

  it('makes the directory that npm packs into, as npm does not', () => {
    const [, directory = ''] = /--pack-destination (\S+)/.exec(DOCKERFILE) ?? [];
    assert.match(
      DOCKERFILE,
      new RegExp(`^RUN mkdir ${directory} && .*--pack-destination ${directory}$`, 'm'),
    );
  });

  it('does not run as root, and takes no key into the image', () => {
    assert.match(DOCKERFILE, /^USER node$/m);
    const ignored = readFileSync('.dockerignore', 'utf8').split('\n');
    for (const name of ['*.p8', 'node_modules', '.git', '.local']) assert.ok(ignored.includes(name), name);
  });
});
