import type { LambdaCalls } from '../aws/lambda-calls.js';
import type { Project, ProjectFlags } from '../config/load-project.js';
import type { ProgressSink } from './progress.js';

/** What an action works with; each door is opened when it is first asked for. */
export interface ActionContext {
  readonly signal: AbortSignal;
  readonly progress: ProgressSink;
  /** The project of the working folder. The flags are laid over each of its functions. */
  project(functionFlags?: ProjectFlags['function']): Promise<Project>;
  lambda(): Promise<LambdaCalls>;
  /** The ARN of an execution role that the project names by ARN or name, or not at all; undefined when it stays open. */
  roleArn(role: string | undefined): Promise<string | undefined>;
}
