import type { Deployment } from '../config/deployment.ts';

/** The name of the Glue database of a deployment. */
export const glueDatabaseName = ({ suffix }: Pick<Deployment, 'suffix'>): string =>
  `app_store_connect${suffix.replaceAll('-', '_')}`;
