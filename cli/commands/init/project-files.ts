/** What a new project is made of. */
export type ProjectFacts = {
  /** Of the directory; becomes the name of the project's package. */
  name: string;
  team: string;
  vendor: string;
  reports: readonly string[];
  emails: readonly string[];
  region: string;
  /** Whether the team changes prices, too. */
  withPrices: boolean;
  /** How package.json names this package: a version range, or a file. */
  packageSpec: string;
};

/** The CDK that this version is tested with. A test holds them against package.json. */
export const CDK_VERSIONS = { cli: '2.1148.1', lib: '^2.276.0', constructs: '^10.8.1' } as const;

export const reportsSecret = (team: string): string => `app-store-connect/${team}/reports`;
export const pricesSecret = (team: string): string => `app-store-connect/${team}/prices`;

/** The settings, in the form of `context.appStoreConnect`. */
export const projectSettings = ({ team, vendor, reports, emails, withPrices }: ProjectFacts) => ({
  teams: [
    {
      name: team,
      keys: { reports: reportsSecret(team), ...(withPrices && { prices: pricesSecret(team) }) },
      vendors: [{ number: vendor, reports, backfillDays: 365 }],
      ...(withPrices && { prices: { maxIncreasePercent: 30, maxDecreasePercent: 60 } }),
    },
  ],
  keyMaxAgeDays: 90,
  notify: { emails },
  retainData: true,
});

/** The files of a project by their names. */
export function projectFiles(facts: ProjectFacts): ReadonlyMap<string, string> {
  return new Map([
    ['package.json', json(packageJson(facts))],
    [
      'cdk.json',
      json({
        app: 'node app.mjs',
        versionReporting: false,
        context: {
          '@aws-cdk/aws-iam:minimizePolicies': true,
          // As this project's own cdk.json: without it each synthesis warns.
          '@aws-cdk/core:defaultCrossStackReferences': 'strong',
          '@aws-cdk/core:target-partitions': ['aws'],
          // Read by app.mjs and by the command asc-jobs, unless AWS_REGION is set.
          region: facts.region,
          appStoreConnect: projectSettings(facts),
        },
      }),
    ],
    ['app.mjs', APP_SOURCE],
    ['.gitignore', 'node_modules\ncdk.out\n.local\n*.p8\n'],
    ['README.md', readme(facts)],
  ]);
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

const packageJson = ({ name, packageSpec }: ProjectFacts) => ({
  name,
  version: '1.0.0',
  private: true,
  type: 'module',
  scripts: {
    synth: 'cdk synth --quiet',
    diff: 'cdk diff --all',
    deploy: 'cdk deploy --all',
    status: 'asc-jobs status',
  },
  dependencies: {
    'app-store-connect-jobs': packageSpec,
    'aws-cdk-lib': CDK_VERSIONS.lib,
    constructs: CDK_VERSIONS.constructs,
  },
  devDependencies: { 'aws-cdk': CDK_VERSIONS.cli },
});

const APP_SOURCE = `import { readFileSync } from 'node:fs';
import { createDeployment, JobsStack, SettingsError, StorageStack } from 'app-store-connect-jobs';
import { App } from 'aws-cdk-lib';

// The settings stand in cdk.json under context.appStoreConnect, where the command asc-jobs reads them, too.
const { context } = JSON.parse(readFileSync(new URL('cdk.json', import.meta.url), 'utf8'));
const app = new App({ context });
// asc-jobs takes the same region.
const env = { region: process.env.AWS_REGION || context.region };

try {
  const deployment = createDeployment({
    stage: app.node.tryGetContext('stage'),
    settings: context.appStoreConnect,
  });
  const storage = new StorageStack(app, \`app-store-connect-storage\${deployment.suffix}\`, { deployment, env });
  new JobsStack(app, \`app-store-connect-jobs\${deployment.suffix}\`, { deployment, storage, env });
  app.synth();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  // The list of problems is enough for whoever edits the settings; a stack trace would only hide it.
  console.error(error.message);
  process.exitCode = 1;
}
`;

const pricesKeyStep = (team: string): string => `
   The key for prices is another one, with the role App Manager, in the secret \`${pricesSecret(team)}\`
   (\`asc-jobs init . --prices-p8 FILE --issuer ISSUER-ID --put-key\`).`;

const readme = ({ name, team, region, withPrices }: ProjectFacts): string => `# ${name}

The back office for App Store Connect of team \`${team}\`, in an AWS account: reports, ${withPrices ? 'prices, ' : ''}keys.
Made by \`asc-jobs init\`. The settings are \`context.appStoreConnect\` in \`cdk.json\`.

1. \`npm install\`
2. \`npm run synth\` checks the settings; every mistake is listed.
3. Store the key, if \`asc-jobs init\` has not: \`node_modules/app-store-connect-jobs/docs/keys.md\`
   shows the command. The secret is \`${reportsSecret(team)}\`.${withPrices ? pricesKeyStep(team) : ''}
4. \`npx cdk bootstrap\`, once for an account and region (${region}, as \`cdk.json\` says, unless AWS_REGION is set).
5. \`npm run deploy\`
6. Confirm the e-mail that AWS sends to each address of \`notify.emails\`: until then alarms reach nobody.
7. \`npx asc-jobs keys check\`, then \`npx asc-jobs status\`.
`;
