import { healthyWorld } from './local-world.ts';

// Five weeks, the fewest with two fiscal months; `npm run test:more` begins with the usual two months, without which there is no churn.
await healthyWorld(35);
