import type { LambdaCalls } from '../aws/lambda-calls.js';
import type { NeighbourDoors } from '../aws/neighbour-calls.js';
import type { Project, ProjectFlags } from '../config/load-project.js';
import type { ProgressSink } from './progress.js';

/** The services that stand beside Lambda; a local service has S3, SQS and logs and none of the others. */
export interface Neighbours extends Pick<NeighbourDoors, 's3'> {
  readonly iam: NeighbourDoors['iam'] | undefined;
  readonly sts: NeighbourDoors['sts'] | undefined;
  readonly logs: NeighbourDoors['logs'] | undefined;
  readonly cloudWatch: NeighbourDoors['cloudWatch'] | undefined;
  readonly events: NeighbourDoors['events'] | undefined;
  /** The schema registry of EventBridge, where shared test events are. */
  readonly schemas?: NeighbourDoors['schemas'] | undefined;
  readonly ecr?: NeighbourDoors['ecr'] | undefined;
  /** Queues, which a local service has, too. */
  readonly sqs?: NeighbourDoors['sqs'] | undefined;
  /** Signs packages. */
  readonly signer?: NeighbourDoors['signer'] | undefined;
  /** The region of the calls, where it is known without asking the SDK. */
  readonly region: string | undefined;
}

/** What an action works with; each door is opened when it is first asked for. */
export interface ActionContext {
  readonly signal: AbortSignal;
  readonly progress: ProgressSink;
  /** The project of the working folder. The flags are laid over each of its functions. */
  project(functionFlags?: ProjectFlags['function']): Promise<Project>;
  lambda(): Promise<LambdaCalls>;
  /** The Lambda API for what has to be undone after an interruption: its calls end with another signal. */
  lambdaUntil(signal: AbortSignal): Promise<LambdaCalls>;
  neighbours(): Promise<Neighbours>;
}
