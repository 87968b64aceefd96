import type { FunctionDirectory } from '../core/function-directory.js';
import type { Dispatcher } from '../core/invocation.js';
import type { Clock } from '../core/ports.js';
import type { TraceSampling } from '../core/trace-sampling.js';
import type { CorsConfig } from './cors.js';
import type { SigningIdentity } from './verify-signature.js';

/** A function URL as the control plane keeps it. */
export interface FunctionUrl {
  /** The first label of its host name. */
  readonly urlId: string;
  readonly region: string;
  readonly functionName: string;
  /** Alias; undefined for the function itself. */
  readonly qualifier: string | undefined;
  readonly authType: 'NONE' | 'AWS_IAM';
  readonly invokeMode: 'BUFFERED' | 'RESPONSE_STREAM';
  readonly cors: CorsConfig | undefined;
}

export interface FunctionUrlDeps {
  readonly clock: Clock;
  readonly directory: FunctionDirectory;
  readonly dispatcher: Pick<Dispatcher, 'invoke' | 'invokeStreaming'>;
  /** The URL of an id; undefined when there is none. */
  readonly findUrl: (urlId: string) => FunctionUrl | undefined;
  /** Whether the URL of an id went with its alias: AWS refuses its callers in other words than those of a URL that never was. */
  readonly isRetired: (urlId: string) => boolean;
  /** Secrets of the access keys that may sign requests to URLs with AWS_IAM. */
  readonly identityOf: (accessKeyId: string) => SigningIdentity | undefined;
  /**
   * Whether the resource-based policy lets this caller in. Without it every caller of an open URL and
   * every rightly signed caller of the others is let in.
   */
  readonly isAllowed?: (url: FunctionUrl, callerArn: string | undefined) => boolean;
  /** Where nobody has decided whether a run is traced. */
  readonly isTraceSampled: TraceSampling;
  /** A new UUID. */
  readonly newId: () => string;
}
