import { shellWord } from '../../../functions/platform/util/shell-quote.ts';
import { type ProjectFacts, pricesSecret, reportsSecret } from './project-files.ts';
import type { StoredKey } from './project-keys.ts';

/** What is left to do, in the order in which it is done. */
export function nextSteps(
  directory: string,
  { team, withPrices, emails }: ProjectFacts,
  stored: readonly StoredKey[],
): string {
  const keys = [
    keyLine(reportsSecret(team), 'reports', '--p8', stored),
    ...(withPrices ? [keyLine(pricesSecret(team), 'prices', '--prices-p8', stored)] : []),
  ];
  const confirm =
    emails.length === 0 ? '' : `  (confirm the e-mail that AWS sends to ${emails.join(', ')})\n`;
  return `${keys.join('\n')}
Next:
  cd ${shellWord(directory)}
  npm install
  npm run synth
  npx cdk bootstrap
  npm run deploy
${confirm}  npx asc-jobs keys check`;
}

function keyLine(secretName: string, job: string, flag: string, stored: readonly StoredKey[]): string {
  const result = stored.find(({ name }) => name === secretName)?.result;
  if (result === 'put') return `The key for ${job} is in the secret ${secretName}.`;
  if (result === 'there already')
    return `The secret ${secretName} is there already, and its key stays: asc-jobs keys rotate puts another one.`;
  return `The key for ${job} still has to be put into the secret ${secretName}: asc-jobs init … ${flag} FILE --issuer ISSUER-ID --put-key`;
}
