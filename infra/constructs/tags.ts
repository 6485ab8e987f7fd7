/**
 * On each function and on its role: which function it is. The lake's policy recognises our roles by it.
 * CloudFormation copies a stack's own tags to all its resources, so the stage's tag cannot serve for that:
 * it is also on roles that are not a function's, such as that of the custom resource which empties a bucket.
 */
export const FUNCTION_TAG = 'app-store-connect-jobs:function';
