import { killedRequests } from './request-crash.ts';

await killedRequests('all');
