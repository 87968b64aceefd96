export { LambdakitError } from './errors/lambdakit-error.js';
export {
  findRunningService,
  type InvokeOnceOptions,
  invokeOnce,
  type LocalService,
  type LocalServiceOptions,
  startLocalService,
} from './local/index.js';
