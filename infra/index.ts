// What apps of one's own may use: docs/deploy.md, "In an app of your own". Changes here follow semantic versioning.
export type { EventDetail } from '../functions/events/contract.ts';
export { EVENT_SOURCE } from '../functions/events/event-types.ts';
export { SettingsError } from '../functions/platform/config/settings.ts';
export { createDeployment, type Deployment, type DeploymentInput } from './config/deployment.ts';
export { JobsStack, type JobsStackProps } from './jobs-stack.ts';
export { StorageStack, type StorageStackProps } from './storage/storage-stack.ts';
