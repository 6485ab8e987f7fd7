import { z } from 'zod';

const project = z.object({
  version: z.string(),
  repository: z.union([z.string(), z.object({ url: z.string() })]).optional(),
});

/** How `repository` is set; provenance names the repository, and npm compares. */
export const SET_REPOSITORY =
  'npm pkg set repository.type=git repository.url=git+https://github.com/OWNER/NAME.git';

/**
 * Why a package must not be published yet: all reasons, in words.
 *
 * @param projectJson this project's package.json
 * @param release `tag`: the tag that is to be published; `repository`: the address that the workflow runs for, such as
 *   `https://github.com/acme/jobs`
 */
export function releaseProblems(
  projectJson: unknown,
  { tag, repository, changelog }: { tag: string; repository: string; changelog: string },
): string[] {
  const { version, repository: stated } = project.parse(projectJson);
  const url = typeof stated === 'string' ? stated : stated?.url;
  const problems: string[] = [];
  if (url === undefined)
    problems.push(
      `package.json has no "repository"; npm refuses provenance without it. Set it and commit: ${SET_REPOSITORY}`,
    );
  else if (plain(url) !== plain(repository))
    problems.push(
      `package.json names the repository ${url}, and this run belongs to ${repository}; npm compares them. Set it and commit: ${SET_REPOSITORY}`,
    );
  if (tag !== `v${version}`)
    problems.push(`The tag is ${tag} and the version ${version}; tag the commit v${version}.`);
  if (
    !changelog
      .split('\n')
      .some((line) => line.startsWith(`## ${version}`) || line.startsWith(`## [${version}]`))
  )
    problems.push(`CHANGELOG.md has no paragraph "## ${version}".`);
  return problems;
}

/** Forms of one address: `git+https://github.com/a/b.git`, `github:a/b`, `git@github.com:a/b.git`. */
const plain = (url: string): string =>
  url
    .replace(/^git\+/, '')
    .replace(/^github:/, 'https://github.com/')
    .replace(/^(?:ssh:\/\/)?git@([^:/]+)[:/]/, 'https://$1/')
    .replace(/\.git$/, '')
    .replace(/\/$/, '')
    .toLowerCase();
