// The package's door `app-store-connect-jobs/simulator`: for other people's tests. Changes here follow semantic versioning.
export type { FaultEffect, Role, Simulator, SimulatorOptions } from '../index.ts';
export { startSimulator } from '../index.ts';
export type { Fault, FaultHandle, FaultMatch } from '../server/faults.ts';
export type { SeenRequest } from '../server/seen-requests.ts';
export {
  type AppStoreConnect,
  simulateAppStoreConnect,
  type TestKey,
  type TestOptions,
  type TestProduct,
  type TestReport,
} from './app-store-connect.ts';
