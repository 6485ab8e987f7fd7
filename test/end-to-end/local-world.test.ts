import { healthyWorld } from './local-world.ts';

// Two weeks: no fiscal month and no whole month, so nothing of finance and churn. `npm run test:more` has two months.
await healthyWorld(14);
