import { fs } from './builtin-modules.js';
import { type ClientGeneration, clientGeneration } from './client-generation.js';

export interface RuntimeSettings {
  readonly generation: ClientGeneration;
  /** `host` and `port` of AWS_LAMBDA_RUNTIME_API. */
  readonly host: string;
  readonly port: number;
  /** Of a connection to there with which this process was started. */
  readonly connectionDescriptor: number | undefined;
  readonly handler: string;
  readonly taskRoot: string;
  readonly isJsonLog: boolean;
  readonly logLevel: string;
  /** Descriptor for framed log messages; undefined means stdout. */
  readonly logDescriptor: number | undefined;
  readonly hasAwslambdaGlobal: boolean;
}

/** Reads what the runtime needs and removes from the environment what functions on Lambda do not see. */
export function takeRuntimeSettings(environment: NodeJS.ProcessEnv): RuntimeSettings {
  const address = required(environment, 'AWS_LAMBDA_RUNTIME_API');
  const [host = '', port] = address.split(':');
  const descriptor = environment._LAMBDA_TELEMETRY_LOG_FD;
  const connectionDescriptor = takeConnection(environment.LAMBDAKIT_CONNECTION, address);
  for (const name of Object.keys(environment)) {
    if (name === '_LAMBDA_TELEMETRY_LOG_FD' || name.startsWith('LAMBDAKIT_')) delete environment[name];
  }
  return {
    generation: clientGeneration(environment.AWS_EXECUTION_ENV, process.versions.node),
    host,
    port: Number(port),
    connectionDescriptor,
    handler: required(environment, '_HANDLER'),
    taskRoot: required(environment, 'LAMBDA_TASK_ROOT'),
    isJsonLog: environment.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON',
    logLevel: environment.AWS_LAMBDA_LOG_LEVEL?.toUpperCase() ?? 'TRACE',
    logDescriptor: descriptor ? Number(descriptor) : undefined,
    hasAwslambdaGlobal: !['1', 'true'].includes(environment.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA ?? ''),
  };
}

/**
 * The descriptor of the connection with which this process was started.
 * @param connection such as `3@127.0.0.1:9001`: the descriptor, and the address to which it leads
 */
function takeConnection(connection: string | undefined, address: string): number | undefined {
  const [descriptor, connectedTo] = connection?.split('@') ?? [];
  if (descriptor === undefined) return undefined;
  if (connectedTo === address) return Number(descriptor);
  // What ran before us has put a proxy in the place of that address, and wants all to go by way of it.
  fs.closeSync(Number(descriptor));
  return undefined;
}

function required(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (!value) throw new Error(`${name} environment variable is not set`);
  return value;
}
