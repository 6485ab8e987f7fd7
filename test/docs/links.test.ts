import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, it } from 'node:test';
import { PAGES } from './fences.ts';

/** Text outside of code: what a reader sees as text and can follow. */
const prose = (page: string): string =>
  readFileSync(page, 'utf8')
    .replace(/^([ \t]*)(```|~~~)[\s\S]*?^\1\2[ \t]*$/gm, '')
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()<>]/g, ' '));

type Link = { page: string; target: string; file: string; anchor: string | undefined };

/** Links to files of this project: `[text](path#anchor)`, `[name]: path`, `href` and `src`. */
function linksOf(page: string): Link[] {
  const text = prose(page);
  const targets = [
    ...text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g),
    ...text.matchAll(/^\[[^\]]+\]:\s+(\S+)/gm),
    ...text.matchAll(/(?:href|src)="([^"]+)"/g),
  ].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
    .map((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)));
      return { page, target, file, anchor };
    });
}

/** The anchors of a page, as GitHub makes them of its headings; repeated ones are numbered. */
function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  const withoutFences = readFileSync(page, 'utf8').replace(/^([ \t]*)(```|~~~)[\s\S]*?^\1\2[ \t]*$/gm, '');
  const anchors = new Set(
    [...withoutFences.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, name = '']) => name),
  );
  for (const [, heading = ''] of withoutFences.matchAll(/^#{1,6}[ \t]+(.+?)[ \t#]*$/gm)) {
    const slug = heading
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

const LINKS = PAGES.flatMap(linksOf);

describe('The pages', () => {
  it('lead to files that are there', () => {
    const broken = LINKS.filter(({ file }) => !existsSync(file)).map(
      ({ page, target }) => `${page}: ${target}`,
    );
    assert.deepEqual(broken, []);
    assert.ok(LINKS.length > 100, 'links are found');
  });

  it('lead to headings that are there', () => {
    const broken = LINKS.filter(
      ({ file, anchor }) =>
        anchor !== undefined &&
        anchor !== '' &&
        file.endsWith('.md') &&
        existsSync(file) &&
        !anchorsOf(file).has(anchor),
    ).map(({ page, target }) => `${page}: ${target}`);
    assert.deepEqual(broken, []);
  });

  it('name files and folders of this project that are there', () => {
    const places = PAGES.flatMap((page) =>
      [
        ...readFileSync(page, 'utf8').matchAll(
          /`((?:functions|infra|local|cli|tools|bench|test|docs)\/[\w./-]+)`/g,
        ),
      ].map(([, place = '']) => ({ page, place })),
    );
    assert.ok(places.length > 100, `${places.length}`);
    // Decisions tell of files as they were.
    const missing = places.filter(
      ({ page, place }) =>
        page !== 'docs/decisions.md' && !existsSync(place) && !existsSync(join(dirname(page), place)),
    );
    assert.deepEqual(
      missing.map(({ page, place }) => `${page}: ${place}`),
      [],
    );
  });

  it('can all be reached from the README', () => {
    const reached = new Set(['README.md']);
    const waiting = ['README.md'];
    for (let page = waiting.pop(); page !== undefined; page = waiting.pop())
      for (const { file: linked } of linksOf(page)) {
        if (!existsSync(linked)) continue;
        const file = statSync(linked).isDirectory() ? join(linked, 'README.md') : linked;
        if (!file.endsWith('.md') || reached.has(file) || !existsSync(file)) continue;
        reached.add(file);
        waiting.push(file);
      }
    // AGENTS.md is found by its name.
    const lost = PAGES.filter((page) => page !== 'AGENTS.md' && !reached.has(page));
    assert.deepEqual(lost, []);
  });
});
