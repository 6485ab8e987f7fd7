// What apps of one's own may use: docs/deploy.md, "In an app of your own". Changes here follow semantic versioning.
export { SettingsError } from '../functions/platform/settings.ts';
export { createDeployment, type Deployment, type DeploymentInput } from './deployment.ts';
export { JobsStack, type JobsStackProps } from './jobs-stack.ts';
export { StorageStack, type StorageStackProps } from './storage-stack.ts';
