import type { Command } from 'commander';
import { CATALOGUE } from '../../functions/reports/catalogue/catalogue.ts';

/** A command by its words (none: the program) and what may follow: commands and options. */
type Words = { path: readonly string[]; next: readonly string[] };

function wordsOf(command: Command, path: readonly string[] = []): Words[] {
  const options = [...command.options, ...(path.length === 0 ? [] : rootOptions(command))];
  const next = [
    ...command.commands.map((inner) => inner.name()),
    ...options.flatMap(({ long, hidden }) => (long && !hidden ? [long] : [])),
    '--help',
  ];
  return [{ path, next }, ...command.commands.flatMap((inner) => wordsOf(inner, [...path, inner.name()]))];
}

function rootOptions(command: Command): Command['options'] {
  let root = command;
  while (root.parent) root = root.parent;
  return root.options;
}

/** The options that take one of a few values, with these. */
function valuesOf(command: Command): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>([['--report', CATALOGUE.map(({ name }) => name)]]);
  for (const { long, argChoices } of optionsOf(command))
    if (long && argChoices !== undefined) found.set(long, argChoices);
  return found;
}

const optionsOf = (command: Command): Command['options'] => [
  ...command.options,
  ...command.commands.flatMap(optionsOf),
];

const valueCases = (program: Command): string =>
  [...valuesOf(program)].map(([option, values]) => `    ${option}) next="${values.join(' ')}" ;;`).join('\n');

const cases = (program: Command, line: (path: string, next: string) => string): string =>
  wordsOf(program)
    .map(({ path, next }) => line(path.join(' '), next.join(' ')))
    .join('\n');

/** The words so far, without options, choose the line. */
export const bashScript = (program: Command): string => `# bash completion of asc-jobs
_asc_jobs() {
  local word path="" index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    [[ "$word" == -* ]] || path="\${path:+$path }$word"
  done
  local next=""
  case "\${COMP_WORDS[COMP_CWORD - 1]}" in
${valueCases(program)}
  esac
  while [[ -z "$next" ]]; do
    case "$path" in
${cases(program, (path, next) => `      "${path}") next="${next}" ;;`)}
    esac
    [[ -n "$next" || -z "$path" ]] && break
    [[ "$path" == *" "* ]] && path="\${path% *}" || path=""
  done
  COMPREPLY=($(compgen -W "$next" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _asc_jobs asc-jobs
_asc_jobs_npx() {
  [[ "\${COMP_WORDS[1]}" == asc-jobs ]] || return 0
  COMP_WORDS=("\${COMP_WORDS[@]:1}")
  ((COMP_CWORD--))
  ((COMP_CWORD < 1)) || _asc_jobs
}
complete -p npx >/dev/null 2>&1 || complete -o default -F _asc_jobs_npx npx
`;

/** zsh runs bash's script in its own emulation of it. */
export const zshScript = (program: Command): string =>
  `autoload -U +X bashcompinit && bashcompinit\n${bashScript(program)}`;

export const fishScript = (program: Command): string =>
  `# fish completion of asc-jobs\n${wordsOf(program)
    .flatMap(({ path, next }) =>
      next.map((word) => {
        const seen =
          path.length === 0
            ? '__fish_use_subcommand'
            : path.map((name) => `__fish_seen_subcommand_from ${name}`).join('; and ');
        const values = valuesOf(program).get(word);
        return word.startsWith('--')
          ? `complete -c asc-jobs -n '${seen}' -l ${word.slice(2)}${values === undefined ? '' : ` -x -a '${values.join(' ')}'`}`
          : `complete -c asc-jobs -f -n '${seen}' -a ${word}`;
      }),
    )
    .join('\n')}\n`;
