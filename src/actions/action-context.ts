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
}
