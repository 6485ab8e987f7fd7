import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { runCommand } from '../../cli/operator/run-command.ts';
import { mentionedCommands, PAGES, wordsOf } from '../fences.ts';

/** The suggested name of a key on Apple's page, which begins like a command. */
const NAME_OF_A_KEY = 'acme reports 2026-11';
/** Commands that work by themselves, too; of the others with commands below them one has to be named. */
const WORK_ALONE = ['', 'try', 'token'];

const helps = new Map<string, Promise<string>>();
/** @param path such as `['prices', 'apply']` */
function helpOf(path: readonly string[]): Promise<string> {
  const name = path.join(' ');
  const help = helps.get(name) ?? runCommand([...path, '--help']).then(({ out }) => out);
  helps.set(name, help);
  return help;
}

/** The leading words that are commands: `prices apply`. */
async function commandPath(words: readonly string[]): Promise<string[]> {
  const path: string[] = [];
  for (const word of words) {
    const help = await helpOf(path);
    if (!/^[a-z][a-z-]*$/.test(word) || !new RegExp(`^  ${word}( |$)`, 'm').test(help)) break;
    path.push(word);
  }
  return path;
}

/** What a mention such as `prices plan sale.json --quietly` names and the command does not have. */
async function unknownIn(mention: string): Promise<string[]> {
  const words = wordsOf(mention.replace(/[.,;:]$/, ''));
  const path = await commandPath(words);
  const help = `${await helpOf(path)}${await helpOf([])}`;
  const next = words[path.length];
  const lacksCommand =
    !WORK_ALONE.includes(path.join(' ')) && /^Commands:/m.test(await helpOf(path)) && next !== undefined;
  return [
    ...(path.length === 0 || lacksCommand ? [next ?? mention] : []),
    ...words.filter((word) => /^--[a-z]/.test(word) && !help.includes(word.replace(/=.*$/, ''))),
  ];
}

async function unknownWords(mentions: readonly { place: string; mention: string }[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const { place, mention } of mentions)
    for (const word of await unknownIn(mention)) wrong.push(`${place}: asc-jobs ${mention}: ${word}`);
  return wrong;
}

describe('A command of ours that is mentioned', () => {
  it('in a page has these words and options', async () => {
    const mentions = PAGES.flatMap((place) =>
      mentionedCommands(place).map((mention) => ({ place, mention })),
    );
    assert.ok(mentions.length > 100, `${mentions.length}`);
    assert.deepEqual(await unknownWords(mentions.filter(({ mention }) => mention !== NAME_OF_A_KEY)), []);
  });

  it('in a message, a help or a comment of the code has these options', async () => {
    const mentions = globSync(['functions/**/*.ts', 'cli/**/*.ts', 'local/**/*.ts', 'infra/**/*.ts']).flatMap(
      (place) =>
        [
          ...readFileSync(place, 'utf8').matchAll(
            /asc-jobs ([a-z][a-z-]*(?: [a-z-]+)* --[a-z][^`\n|'"<)]*)/g,
          ),
        ].map(([, mention = '']) => ({ place, mention: mention.replace(/[.,;:] .*$/, '').trim() })),
    );
    assert.ok(mentions.length > 30, `${mentions.length}`);
    assert.deepEqual(await unknownWords(mentions), []);
  });
});
