import { readFileSync } from 'node:fs';
import { releaseProblems } from './release-problems.ts';

// `node tools/package/check-release.ts`: whether the tag of the present workflow run can be published. The workflow gives TAG
// and REPOSITORY.

const { TAG = '', REPOSITORY = '' } = process.env;
const problems = releaseProblems(JSON.parse(readFileSync('package.json', 'utf8')), {
  tag: TAG,
  repository: REPOSITORY,
  changelog: readFileSync('CHANGELOG.md', 'utf8'),
});
for (const problem of problems) console.error(`- ${problem}`);
if (problems.length > 0) process.exitCode = 1;
else console.log(`${TAG} of ${REPOSITORY} can be published.`);
