import type { AsyncNotice } from './core/async/async-ports.js';
import type { DispatcherSettings } from './core/dispatcher.js';
import type { PlatformEventSink } from './core/platform-event-sink.js';
import type { EventSourceNotice } from './event-sources/event-source-ports.js';
import type { Schedule } from './event-sources/scheduler.js';
import type { RouteFailure } from './function-url/route-handler.js';
import type { HttpRoute } from './function-url/route-table.js';
import type { UrlNotice } from './function-urls.js';
import type { SupervisorOptions } from './supervisor/supervisor.js';

export interface LocalServiceOptions {
  /** Where the service keeps everything, such as `.lambdakit/local`; made when missing. */
  readonly stateFolder: string;
  /** Default `127.0.0.1`. Anything that is not loopback lets the network run code here. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** For requests that do not name theirs, and for the neighbours. Default `us-east-1`. */
  readonly region?: string;
  /** Default `000000000000`. */
  readonly accountId?: string;
  /** Further host names under which the service may be called. */
  readonly allowedHosts?: readonly string[];
  /** Answers unsigned requests too. Default false. */
  readonly noSignRequest?: boolean;
  /** Keeps functions Pending and InProgress for seconds, as in AWS. Default false. */
  readonly realisticStates?: boolean;
  /** Paces streamed responses as in AWS. Default false: as fast as the caller takes them. */
  readonly realisticBandwidth?: boolean;
  /** How much faster than in Lambda asynchronous waits run. Default 1. */
  readonly timeScale?: number;
  /** Concurrent executions of the account. Default 1,000. */
  readonly concurrentExecutions?: number;
  /** What packages and layers of a region may weigh together, in bytes. Default 80,530,636,800 (75 GB). */
  readonly totalCodeBytes?: number;
  /**
   * Answers 403 where the resource-based policy does not let everybody call an open function URL. Default
   * false: the call goes through, and `onUrlNotice` is told once per URL.
   */
  readonly enforceUrlPolicy?: boolean;
  readonly onUrlNotice?: (notice: UrlNotice) => void;
  /** Decides between the versions of a weighted alias: 0 inclusive to 1 exclusive. Default Math.random. */
  readonly random?: () => number;
  /** Makes the choice between those versions the same in every run; `random` goes before it. */
  readonly seed?: number;
  readonly dispatcher?: Partial<DispatcherSettings>;
  /** How function processes are started; what is left out has its default. */
  readonly supervisor?: Partial<SupervisorOptions>;
  /** Services that functions call in AWS: they are not pointed at the local ones. Default: none. */
  readonly awsServices?: readonly ('lambda' | 's3' | 'sqs' | 'sns' | 'logs')[];
  /** Receives logs and platform events of all environments. */
  readonly onPlatformEvent?: PlatformEventSink;
  readonly onAsyncNotice?: (notice: AsyncNotice) => void;
  readonly onEventSourceNotice?: (notice: EventSourceNotice) => void;
  /** Functions that are started by the clock. Default: none. */
  readonly schedules?: readonly Schedule[];
  /** HTTP routes that lead to functions, at `http://routes.localhost:PORT/` and `/_routes/`. Default: none. */
  readonly routes?: readonly HttpRoute[];
  /** Told of what a caller of a route sees only as an error of the API. */
  readonly onRouteFailure?: (failure: RouteFailure) => void;
  /** Told of errors that are ours, with the operation that met them. */
  readonly onBug?: (error: unknown, operation: string) => void;
}

export interface LocalService {
  /** `http://host:port`: the endpoint URL for SDKs and the aws CLI. */
  readonly endpoint: string;
  /** Where the routes are: `http://routes.localhost:PORT`. */
  readonly routesUrl: string;
  /** `AWS_ENDPOINT_URL_*` for programs that should talk to this service and its neighbours. */
  readonly variables: Readonly<Record<string, string>>;
  /** Asynchronous events that are kept and have not run to their end, also after `dispose`. */
  queuedEvents(): number;
  /** Ends all environments and closes everything; what was acknowledged stays on disk. Idempotent. */
  dispose(): Promise<void>;
}
