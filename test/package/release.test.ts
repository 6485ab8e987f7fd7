import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { packageManifest } from '../../tools/package/manifest.ts';
import { releaseProblems } from '../../tools/package/release-problems.ts';

const RELEASE = {
  tag: 'v1.2.3',
  repository: 'https://github.com/acme/jobs',
  changelog: '# Changelog\n\n## 1.2.3\n\n- Added',
};
const ready = { version: '1.2.3', repository: { type: 'git', url: 'git+https://github.com/acme/jobs.git' } };

describe('A release', () => {
  it('can be published where version, tag, changelog and repository agree', () => {
    assert.deepEqual(releaseProblems(ready, RELEASE), []);
    for (const repository of [
      'github:acme/jobs',
      'git@github.com:acme/jobs.git',
      'https://github.com/Acme/jobs/',
    ])
      assert.deepEqual(releaseProblems({ ...ready, repository }, RELEASE), [], repository);
  });

  it('is refused without a repository, and the text says how to set it', () => {
    const [problem, ...others] = releaseProblems({ version: '1.2.3' }, RELEASE);
    assert.deepEqual(others, []);
    assert.match(problem ?? '', /no "repository".*npm pkg set repository\.type=git repository\.url=/);
  });

  it('is refused for another repository, tag or version, all told at once', () => {
    const problems = releaseProblems(ready, {
      tag: 'v2.0.0',
      repository: 'https://github.com/fork/jobs',
      changelog: '',
    });
    assert.deepEqual(
      [/belongs to https:\/\/github\.com\/fork\/jobs/, /tag the commit v1\.2\.3/, /CHANGELOG\.md/].map(
        (expected, index) => expected.test(problems[index] ?? ''),
      ),
      [true, true, true],
    );
  });

  it('is checked by the workflow before anything is built or published', () => {
    const workflow = readFileSync('.github/workflows/publish.yml', 'utf8');
    const at = (text: string): number => workflow.indexOf(text);
    assert.ok(at('tools/package/check-release.ts') > 0);
    assert.ok(at('tools/package/check-release.ts') < at('npm test'));
    assert.ok(at('npm test') < at('npm publish ./dist'));
    assert.match(workflow, /REPOSITORY: \$\{\{ github\.server_url \}\}\/\$\{\{ github\.repository \}\}/);
    assert.match(workflow, /TAG: \$\{\{ github\.ref_name \}\}/);
  });

  it('of this project as it stands says what is missing', () => {
    const { status, stderr, stdout } = spawnSync(process.execPath, ['tools/package/check-release.ts'], {
      encoding: 'utf8',
      env: { ...process.env, TAG: 'v0.0.0', REPOSITORY: 'https://github.com/acme/jobs' },
    });
    assert.equal(status, 1, stdout);
    assert.match(stderr, /^- /m);
  });
});

describe('The package', () => {
  const PROJECT = {
    ...{ name: 'jobs', version: '1.2.3', description: 'd', license: 'MIT', keywords: [] },
    ...{ dependencies: {}, devDependencies: {} },
  };

  it('names the repository of the project, and none where the project names none', () => {
    const { repository } = ready;
    assert.deepEqual(packageManifest({ ...PROJECT, repository }, [])['repository'], repository);
    assert.ok(!('repository' in packageManifest(PROJECT, [])));
  });
});
