import { Option } from 'commander';
import { script, wholeNumber } from '../tools/script/script.ts';
import { AWS_PRICES } from './cost/aws-prices.ts';
import { renderBill } from './cost/bill.ts';
import { deployedParts } from './cost/deployed-parts.ts';

type Options = {
  teams: number;
  series: number;
  changes: number;
  encryption: string;
  dashboard: string;
  jobAlarms: string;
};

const { teams, series, changes, ...parts }: Options = script(
  'npm run cost',
  'What AWS charges for a month, in US dollars.',
)
  .option('--teams <n>', 'teams', wholeNumber, 2)
  .option('--series <n>', 'daily series of each team', wholeNumber, 3)
  .option('--changes <n>', 'price changes of all teams together', wholeNumber, 20)
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
console.log(renderBill({ teams, series: series * teams, changes }, deployedParts(parts)));
console.log(`Sources: ${AWS_PRICES.sources.join(' ')}`);
