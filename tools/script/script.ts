import { Command, InvalidArgumentError } from 'commander';

/** A call that names something which the script does not have. Node's own failures exit with 1. */
const WRONG_CALL = 2;

/**
 * A script of package.json, ready to be given its options and arguments. `--help` prints them; an option or argument that it does
 * not have is refused in words, with the closest one, and the process exits with 2.
 *
 * @param call as it is typed, such as `npm run bench`
 * @param about what the script does, in one sentence
 * @example const { days } = script('npm run local', '…').option('--days <n>', '…', wholeNumber, 62).parse().opts();
 */
export function script(call: string, about: string): Command {
  return new Command(`${call} --`)
    .description(about)
    .helpOption('--help', 'print this')
    .showHelpAfterError()
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_CALL));
}

/** Reads the value of an option: `3`. */
export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, such as 3.');
}

/** Reads the value of an option: `10,100`. */
export function wholeNumbers(text: string): number[] {
  if (/^\d{1,9}(,\d{1,9})*$/.test(text)) return text.split(',').map(Number);
  throw new InvalidArgumentError('It must be whole numbers apart by commas, such as 10,100.');
}

/** Reads the value of an option: `8642`. */
export function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}
