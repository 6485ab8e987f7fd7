import { healthyWorld } from './local-world.ts';

await healthyWorld();
