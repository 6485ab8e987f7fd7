import type { Context, GlobalOptions } from '../context/context.ts';
import type { Io } from '../terminal/io.ts';
import { connectAws } from './aws.ts';
import { findDeployment } from './deployment.ts';

/** Connects to what the global options name. The clock is that of the deployment. */
export function connect(options: GlobalOptions, io: Io): Context {
  const target = findDeployment(options, io.env);
  const aws = connectAws({
    stage: options.stage,
    ...(target.endpoint !== undefined && { endpoint: target.endpoint }),
    ...(target.region !== undefined && { region: target.region }),
  });
  const now = (): number => io.now() + target.clockOffsetMillis;
  return { ...target, io: { ...io, now }, json: options.json === true, aws };
}
