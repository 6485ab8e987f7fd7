import { Option } from 'commander';
import { script, wholeNumber } from '../tools/script/script.ts';
import { AWS_PRICES } from './cost/aws-prices.ts';
import { renderBill, usualTeam } from './cost/bill.ts';
import { deployedParts } from './cost/deployed-parts.ts';
import type { Workload } from './cost/usage.ts';

type Options = {
  teams: number;
  series: number;
  changes: number;
  apps: number;
  metricsPerTeam?: string;
  encryption: string;
  dashboard: string;
  jobAlarms: string;
};

const { teams, series, changes, apps, metricsPerTeam, ...parts }: Options = script(
  'npm run cost',
  'What AWS charges for a month, in US dollars.',
)
  .option('--teams <n>', 'teams', wholeNumber, 2)
  .option('--series <n>', 'daily series of each team', wholeNumber, 3)
  .option('--changes <n>', 'price changes of all teams together', wholeNumber, 20)
  .option(
    '--apps <n>',
    'apps of all teams whose reviews are kept and whose prices are watched',
    wholeNumber,
    0,
  )
  .addOption(
    new Option('--metrics-per-team <choice>', 'the setting metricsPerTeam; else on up to 20 teams').choices([
      'on',
      'off',
    ]),
  )
  .addOption(
    new Option('--encryption <kind>', 'customer: a key of your own')
      .choices(['aws', 'customer'])
      .default('aws'),
  )
  .addOption(new Option('--dashboard <choice>', 'the dashboard').choices(['on', 'off']).default('on'))
  .addOption(
    new Option('--job-alarms <choice>', 'an alarm for each job').choices(['on', 'off']).default('off'),
  )
  .parse()
  .opts<Options>();
const deployed = deployedParts(parts);
const workload: Workload = {
  teams,
  series: series * teams,
  changes,
  apps,
  metricsPerTeam: metricsPerTeam === undefined ? undefined : metricsPerTeam === 'on',
};
console.log(renderBill(workload, deployed));
console.log(usualTeam(deployed));
console.log(`Sources: ${AWS_PRICES.sources.join(' ')}`);
