import {
  ApiRefusal,
  type ExtensionEvent,
  type ExtensionRegistration,
  type ExtensionsApiPort,
  type ReportedError,
} from '../environment-api.js';
import { type DeliveredEvent, Extension, type ExtensionEventType } from './extension.js';

/** Extensions that one environment takes (Lambda quotas, "Lambda extensions"). */
const MAX_EXTENSIONS = 10;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export interface ExtensionRegistryOptions {
  /** Base names of the executables in `/opt/extensions`. */
  readonly externalNames: readonly string[];
  readonly functionName: string;
  readonly functionVersion: string;
  readonly handler: string;
  readonly accountId: string;
  newId(): string;
  /** An extension registered, became ready or asked for the next event. */
  onProgress(extension: Extension): void;
  /** An extension reported an error; it is expected to exit. */
  onError(extension: Extension, error: ReportedError): void;
}

/** The Extensions API of one generation of processes. */
export class ExtensionRegistry implements ExtensionsApiPort {
  readonly #extensions = new Map<string, Extension>();
  #isOpen = true;

  constructor(private readonly options: ExtensionRegistryOptions) {
    for (const name of options.externalNames) {
      this.#extensions.set(name, new Extension(name, options.newId(), true));
    }
  }

  get all(): readonly Extension[] {
    return [...this.#extensions.values()];
  }

  get hasInternal(): boolean {
    return this.all.some((extension) => !extension.isExternal);
  }

  get isEveryExternalRegistered(): boolean {
    return this.all.every((extension) => !extension.isExternal || extension.state !== 'Started');
  }

  /** Every extension waits for an event (or, after a start, has asked for its first one). */
  get isEveryReady(): boolean {
    for (const extension of this.#extensions.values()) if (!extension.isReady) return false;
    return true;
  }

  get isRegistrationOpen(): boolean {
    return this.#isOpen;
  }

  get isEmpty(): boolean {
    return this.#extensions.size === 0;
  }

  closeRegistration(): void {
    this.#isOpen = false;
  }

  /** Cuts all open polls. */
  close(): void {
    this.#isOpen = false;
    for (const extension of this.all) extension.close();
  }

  find(name: string): Extension | undefined {
    return this.#extensions.get(name);
  }

  /** The extension behind a raw identifier header. @throws ApiRefusal */
  identify(identifier: string | undefined): Extension {
    if (identifier === undefined || identifier === '') {
      throw refusal('MissingExtensionIdentifier', 'Missing Lambda-Extension-Identifier header');
    }
    if (!UUID.test(identifier)) throw refusal('InvalidExtensionIdentifier', 'Invalid Lambda-Extension-Identifier');
    const found = this.all.find((extension) => extension.identifier === identifier.toLowerCase());
    if (found === undefined) throw refusal('UnknownExtensionIdentifier', `Unknown extension ${identifier}`);
    return found;
  }

  register(name: string | undefined, events: readonly string[]): ExtensionRegistration {
    if (name === undefined || name === '') throw refusal('InvalidExtensionName', 'Empty extension name');
    const known = this.#extensions.get(name);
    const isExternal = known?.isExternal === true;
    const subscriptions = checkEvents(events, isExternal);
    const extension = isExternal ? this.#admitExternal(known) : this.#createInternal(name, known);
    extension.register(subscriptions);
    this.#extensions.set(name, extension);
    this.options.onProgress(extension);
    const { functionName, functionVersion, handler, accountId } = this.options;
    return { identifier: extension.identifier, functionName, functionVersion, handler, accountId };
  }

  next(identifier: string | undefined, signal: AbortSignal): Promise<DeliveredEvent> {
    const extension = this.identify(identifier);
    return extension.next(signal, () => this.options.onProgress(extension));
  }

  initError(identifier: string | undefined, error: ReportedError): void {
    this.#fail(identifier, 'InitError', error);
  }

  exitError(identifier: string | undefined, error: ReportedError): void {
    this.#fail(identifier, 'ExitError', error);
  }

  /** Sends an event to everybody who subscribed to it. */
  broadcast(event: ExtensionEvent): void {
    for (const extension of this.#extensions.values()) {
      if (extension.subscribesTo(event.eventType)) extension.deliver({ eventId: this.options.newId(), event });
    }
  }

  #admitExternal(extension: Extension): Extension {
    const registered = this.all.filter(({ state }) => state !== 'Started').length;
    if (extension.state === 'Started') assertRoom(registered);
    return extension;
  }

  #createInternal(name: string, known: Extension | undefined): Extension {
    if (!this.#isOpen) throw refusal('RegistrationClosed', 'Extension registration closed already');
    if (known !== undefined) throw refusal('InvalidExtensionState', 'Extension with this name already registered');
    assertRoom(this.#extensions.size);
    return new Extension(name, this.options.newId(), false);
  }

  #fail(identifier: string | undefined, state: 'InitError' | 'ExitError', error: ReportedError): void {
    const extension = this.identify(identifier);
    if (error.errorTypeHeader === undefined || error.errorTypeHeader === '') {
      throw refusal('MissingHeader', 'Lambda-Extension-Function-Error-Type not found');
    }
    if (extension.fail(state, error.errorTypeHeader)) this.options.onError(extension, error);
  }
}

function assertRoom(taken: number): void {
  if (taken < MAX_EXTENSIONS) return;
  throw refusal('TooManyExtensions', `Extension limit (${MAX_EXTENSIONS}) reached`);
}

function checkEvents(events: readonly string[], isExternal: boolean): readonly ExtensionEventType[] {
  const checked = new Set<ExtensionEventType>();
  for (const event of events) {
    if (event !== 'INVOKE' && event !== 'SHUTDOWN') {
      throw refusal('InvalidEventType', `${event}: ErrorInvalidEventType`);
    }
    if (event === 'SHUTDOWN' && !isExternal) {
      throw refusal('InvalidEventType', `${event}: ShutdownEventNotSupportedForInternalExtension`);
    }
    checked.add(event);
  }
  return [...checked];
}

function refusal(errorType: string, message: string): ApiRefusal {
  return new ApiRefusal(403, `Extension.${errorType}`, message);
}
