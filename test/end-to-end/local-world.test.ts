import { healthyWorld } from './local-world.ts';

// Two weeks; `npm run test:more` begins with the usual two months, without which there is no churn.
await healthyWorld(14);
