/**
 * All that an execution environment needs to know of one function version, frozen at the moment of
 * the lookup. The control plane makes it from its records; core and the supervisor only read it.
 */
export interface FunctionSnapshot {
  readonly accountId: string;
  readonly region: string;
  readonly functionName: string;
  /** `$LATEST` or a version number as text. Never an alias. */
  readonly version: string;
  /** Unqualified function ARN. */
  readonly functionArn: string;
  /** Changes whenever code or configuration of this version changes; environments of an older revision are stale. */
  readonly revisionId: string;
  readonly packageType: 'Zip' | 'Image';
  /** Runtime identifier such as `nodejs24.x`; absent for container images. */
  readonly runtime: string | undefined;
  readonly handler: string | undefined;
  readonly role: string;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
  readonly ephemeralStorageMb: number;
  readonly architecture: 'x86_64' | 'arm64';
  /** The configured environment variables, names already checked against the reserved ones. */
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute folder that holds the unpacked deployment package; becomes `/var/task`, read-only. */
  readonly codeFolder: string;
  /** Absolute folders of the unpacked layers in the order of the configuration; merged into `/opt`, later ones win. */
  readonly layerFolders: readonly string[];
  readonly logGroup: string;
  readonly logFormat: 'Text' | 'JSON';
  readonly applicationLogLevel: string | undefined;
  readonly systemLogLevel: string | undefined;
  readonly tracingMode: 'Active' | 'PassThrough';
  readonly snapStart: boolean;
  /** Each execution environment serves one tenant; absent where all callers share them. */
  readonly isTenantIsolated?: boolean;
  /** Whom an environment of such a function serves. */
  readonly tenantId?: string;
  /** ARN shown in INIT_START, `arn:aws:lambda:<region>::runtime:<64 hex>`. */
  readonly runtimeVersionArn: string | undefined;
}

/** `on-demand` unless the environment was made ahead of its first invocation. */
export type InitializationType = 'on-demand' | 'provisioned-concurrency' | 'snap-start';
