import { always, never, valueIs } from '../form/changes.ts';
import type { Mistake } from '../form/mistake.ts';

/** Mistakes with campaigns that workers which die at any call must bring to light. */
export const CAMPAIGN_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'a product of a campaign begins before the whole is judged',
    mark: 'campaign-members-wait',
    change: valueIs('false'),
  },
  {
    mistake: 'a campaign begins without the products that were refused',
    mark: 'campaign-whole',
    change: always,
  },
  {
    mistake: 'a product of a campaign is sent by another plan than was approved',
    mark: 'campaign-as-planned',
    change: valueIs('waiting'),
  },
  {
    mistake: 'products of a campaign that a crash has left out are never registered',
    mark: 'campaign-sweep-registers',
    change: never,
  },
  { mistake: 'a campaign that stands still is never woken', mark: 'campaign-sweep-wakes', change: never },
  {
    mistake: 'the end of a campaign is not told after a crash',
    mark: 'campaign-sweep-tells',
    change: never,
  },
  {
    mistake: 'products that wait for a campaign that is over are left open',
    mark: 'campaign-withdraws-members',
    change: never,
  },
];
