import { parseArgs } from 'node:util';
import { AWS_PRICES } from './cost/aws-prices.ts';
import { renderBill } from './cost/bill.ts';
import { deployedParts } from './cost/deployed-parts.ts';

// `npm run cost -- --teams 2 --series 3 --changes 20`: what AWS charges for a month of it. `--encryption customer`
// adds a key of one's own, `--dashboard off` leaves the dashboard out, `--job-alarms on` adds an alarm for each job.
const { values } = parseArgs({
  options: {
    teams: { type: 'string', default: '2' },
    series: { type: 'string', default: '3' },
    changes: { type: 'string', default: '20' },
    encryption: { type: 'string', default: 'aws' },
    dashboard: { type: 'string', default: 'on' },
    'job-alarms': { type: 'string', default: 'off' },
    help: { type: 'boolean', default: false },
  },
});
const USAGE = `npm run cost -- [options]: what AWS charges for a month of it

  --teams N        teams (2)
  --series N       daily series of each team (3)
  --changes N      price changes of all teams together (20)
  --encryption K   aws, or customer for a key of your own (aws)
  --dashboard X    on or off (on)
  --job-alarms X   on or off (off)`;
if (values.help) {
  console.log(USAGE);
  process.exit();
}
const workload = {
  teams: count('teams', values.teams),
  series: count('series', values.series) * count('teams', values.teams),
  changes: count('changes', values.changes),
};
console.log(
  renderBill(
    workload,
    deployedParts({
      encryption: values.encryption,
      dashboard: values.dashboard,
      jobAlarms: values['job-alarms'],
    }),
  ),
);
console.log(`Sources: ${AWS_PRICES.sources.join(' ')}`);

function count(name: string, text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new Error(`--${name} must be a whole number, not ${text}`);
}
