/** What of the current invocation shows in log lines. */
export interface InvocationRecord {
  requestId(): string | undefined;
  tenantId(): string | undefined;
}

const REQUEST_ID = Symbol.for('aws.lambda.runtime.requestId');
const TENANT_ID = Symbol.for('aws.lambda.runtime.tenantId');

/** Generation 3 keeps the current invocation in two global symbols, which some libraries read. */
export class GlobalInvocationRecord implements InvocationRecord {
  readonly #global = globalThis as Record<symbol, unknown>;

  requestId(): string | undefined {
    return this.#global[REQUEST_ID] as string | undefined;
  }

  tenantId(): string | undefined {
    return this.#global[TENANT_ID] as string | undefined;
  }

  begin(requestId: string, tenantId: string | undefined): void {
    this.#global[REQUEST_ID] = requestId;
    this.#global[TENANT_ID] = tenantId;
  }
}

const PROTECTED_KEYS = {
  REQUEST_ID: Symbol.for('_AWS_LAMBDA_REQUEST_ID'),
  X_RAY_TRACE_ID: Symbol.for('_AWS_LAMBDA_X_RAY_TRACE_ID'),
  TENANT_ID: Symbol.for('_AWS_LAMBDA_TENANT_ID'),
} as const;

type InvokeContext = Record<string | symbol, unknown>;

/**
 * `awslambda.InvokeStore` of generation 4, through which the AWS SDK and other libraries read the
 * current invocation. Its members are those of npm `@aws/lambda-invoke-store`.
 */
export class InvokeStore {
  static readonly PROTECTED_KEYS = PROTECTED_KEYS;
  #context: InvokeContext | undefined;

  getContext(): InvokeContext | undefined {
    return this.#context;
  }

  hasContext(): boolean {
    return this.#context !== undefined;
  }

  get(key: string | symbol): unknown {
    return this.#context?.[key];
  }

  set(key: string | symbol, value: unknown): void {
    if (this.isProtectedKey(key)) throw new Error(`Cannot modify protected Lambda context field: ${String(key)}`);
    this.#context ??= {};
    this.#context[key] = value;
  }

  run<T>(context: InvokeContext, callback: () => T): T {
    this.#context = context;
    return callback();
  }

  isProtectedKey(key: string | symbol): boolean {
    return Object.values<string | symbol>(PROTECTED_KEYS).includes(key);
  }

  getRequestId(): string {
    return (this.get(PROTECTED_KEYS.REQUEST_ID) as string | undefined) ?? '-';
  }

  getXRayTraceId(): string | undefined {
    return this.get(PROTECTED_KEYS.X_RAY_TRACE_ID) as string | undefined;
  }

  getTenantId(): string | undefined {
    return this.get(PROTECTED_KEYS.TENANT_ID) as string | undefined;
  }
}

/** The store as a source for log lines, and the door through which an invocation begins. */
export class StoredInvocationRecord implements InvocationRecord {
  readonly store = new InvokeStore();

  requestId(): string {
    return this.store.getRequestId();
  }

  tenantId(): string | undefined {
    return this.store.getTenantId();
  }

  run<T>(requestId: string, traceId: string | undefined, tenantId: string | undefined, callback: () => T): T {
    const context: InvokeContext = { [PROTECTED_KEYS.REQUEST_ID]: requestId, [PROTECTED_KEYS.X_RAY_TRACE_ID]: traceId };
    if (tenantId !== undefined) context[PROTECTED_KEYS.TENANT_ID] = tenantId;
    return this.store.run(context, callback);
  }
}
