/**
 * The library door: what the commands do, without flags and terminal. An action takes a request and an
 * `ActionContext`, which says where the project and the Lambda API are.
 */
export type { ActionContext } from './actions/action-context.js';
export {
  type AliasSummary,
  deleteAlias,
  listAliases,
  type SetAliasRequest,
  type SetAliasResult,
  setAlias,
} from './actions/alias.js';
export { type BuildSummary, buildFunctions } from './actions/build-functions.js';
export type { DeployResult } from './actions/deploy/deploy-function.js';
export { type DeployOutcome, type DeployRequest, deployFunctions } from './actions/deploy/deploy-functions.js';
export { type DevelopedFunction, type DevelopRequest, develop } from './actions/dev/develop.js';
export { type ExportRequest, type ExportResult, exportTemplate } from './actions/export/export-template.js';
export {
  deleteFunction,
  describeFunction,
  type FunctionStatus,
  type FunctionSummary,
  listFunctions,
} from './actions/functions.js';
export { type ImportRequest, type ImportResult, importProject } from './actions/import/import-project.js';
export { type Invoked, type InvokeRequest, type InvokeResult, invoke } from './actions/invoke.js';
export {
  type LayerVersionSummary,
  listLayers,
  type PublishLayerRequest,
  type PublishLayerResult,
  publishLayer,
} from './actions/layers.js';
export { invokeFromSource, type LocalInvokeRequest } from './actions/local-invoke.js';
export { type PackageRequest, packageFunctions } from './actions/package-functions.js';
export type { ProgressEvent, ProgressSink } from './actions/progress.js';
export { type RollbackRequest, type RollbackResult, rollback } from './actions/rollback.js';
export { type TuneRequest, type TuneResult, tuneFunction } from './actions/tune/tune-function.js';
export {
  listVersions,
  type PruneRequest,
  type PruneResult,
  pruneVersions,
  publishVersion,
  type VersionSummary,
} from './actions/versions.js';
export { type ErrorCode, type ErrorKind, isLambdakitError, LambdakitError } from './errors/lambdakit-error.js';
export { findRunningService, type LocalService, type LocalServiceOptions, startLocalService } from './local/index.js';
