import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { explainToken, type TokenExplanation } from '../../functions/app-store-connect/auth/explain-token.ts';
import type { LocalContext, RunAlone } from '../context/context.ts';
import {
  addKeyFileOptions,
  hasKeyFile,
  type KeyFileOptions,
  keyFileOptions,
  keyOfFile,
} from '../options/key-file.ts';
import { type ExitCode, exitCodeOf } from '../terminal/exit-code.ts';
import { printJson } from '../terminal/table.ts';

/** Reads somebody else's token. Needs neither a deployment nor AWS. */
export function registerTokenExplain(token: Command, runAlone: RunAlone): void {
  addKeyFileOptions(
    token
      .command('explain')
      .argument('<token>', 'the token, a file that holds it, or - for the standard input')
      .description(
        'what a token says, whoever made it, and what Apple will say to it; exit code 2 where it refuses',
      ),
  )
    .addHelpText(
      'after',
      `
Examples:
  asc-jobs token explain eyJhbGciOi…
  pbpaste | asc-jobs token explain - --p8 AuthKey_ABCDE12345.p8 --issuer 57246542-…`,
    )
    // Commander gives options that `token` has, too, to `token`, wherever they stand.
    .action(
      runAlone(keyFileOptions, (context, own, args) =>
        explain(context, keyFileOptions.parse({ ...token.opts(), ...defined(own) }), args),
      ),
    );
}

const defined = (options: KeyFileOptions): Partial<KeyFileOptions> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== false));

async function explain(
  { io, json }: LocalContext,
  options: KeyFileOptions,
  [argument = '']: readonly string[],
): Promise<ExitCode> {
  const key = hasKeyFile(options) ? await keyOfFile(options, io.env) : undefined;
  const token = tokenIn(argument)
    .replace(/^(authorization:\s*)?bearer\s+/i, '')
    .trim();
  const explanation = await explainToken(token, io.now(), key);
  if (json) printJson(io, explanation);
  else io.out(`${render(explanation, io.now())}\n`);
  const severities = { refused: 'problem', doubtful: 'warning', note: 'note' } as const;
  return exitCodeOf(explanation.findings.map(({ severity }) => ({ severity: severities[severity] })));
}

/** A token is letters and dots; whatever names a file is read. */
function tokenIn(given: string): string {
  if (given === '-') return readFileSync(0, 'utf8');
  return given.length < 1000 && existsSync(given) ? readFileSync(given, 'utf8') : given;
}

const MARKS = { refused: '✗', doubtful: '!', note: 'i' } as const;
const HEADLINES = {
  refused: 'Apple refuses this token (401):',
  doubtful: 'Apple may refuse this token:',
  fine: 'Nothing in this token speaks against it. Apple takes it if it knows the key and the key’s role allows the request.',
};

function render(explanation: TokenExplanation, now: number): string {
  const { header, claims, keyId, issuedAt, expiresAt, signature, findings } = explanation;
  const worst = (['refused', 'doubtful'] as const).find((severity) =>
    findings.some((finding) => finding.severity === severity),
  );
  const momentOf = (at: number | undefined): string =>
    at === undefined
      ? 'absent'
      : `${new Date(at).toISOString()} (${Math.abs(Math.round((at - now) / 1000))} s ${at < now ? 'ago' : 'from now'})`;
  const order = { refused: 0, doubtful: 1, note: 2 };
  return [
    HEADLINES[worst ?? 'fine'],
    ...findings
      .toSorted((a, b) => order[a.severity] - order[b.severity])
      .map(({ severity, text }) => `  ${MARKS[severity]} ${text}`),
    '',
    `Key ID     ${keyId ?? 'absent'}`,
    `Issued     ${momentOf(issuedAt)}`,
    `Expires    ${momentOf(expiresAt)}`,
    ...(signature === undefined ? [] : [`Signature  ${signature}`]),
    `Header     ${JSON.stringify(header)}`,
    `Claims     ${JSON.stringify(claims)}`,
  ].join('\n');
}
