/** On both stacks of a deployment and all they hold: which stage it belongs to. `asc-jobs` finds the stacks by it. */
export const STAGE_TAG = 'app-store-connect-jobs:stage';
