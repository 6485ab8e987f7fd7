import { killedFetches } from './fetch-crash.ts';

await killedFetches('some');
