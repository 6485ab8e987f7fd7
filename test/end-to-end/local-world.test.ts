import { healthyWorld } from './local-world.ts';

// A month is in it, so that finance has something; `npm run test:deep` begins with the usual two.
await healthyWorld(14);
