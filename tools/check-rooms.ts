import { globSync, readFileSync } from 'node:fs';
import { domainsWithoutRule, roomProblems } from './rooms.ts';

// Part of `npm run check`: dependency-cruiser knows rules between named folders; this holds for every pair of them.
const files = globSync('{functions,infra,cli,local,tools,test,bench}/**/*.ts');
const problems = [
  ...roomProblems(new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))),
  ...domainsWithoutRule(files, readFileSync('.dependency-cruiser.json', 'utf8')),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
