/** Where batches go: as a JSON array over HTTP, or as lines of JSON over TCP. */
export type Destination =
  | { readonly protocol: 'HTTP'; readonly method: 'POST' | 'PUT'; readonly port: number; readonly path: string }
  | { readonly protocol: 'TCP'; readonly port: number };

/** The loopback name that Lambda gives an extension for itself; `sandbox` is its form of 2020. */
const HOSTS: readonly string[] = ['sandbox.localdomain', 'sandbox'];

/** The port of the Runtime API in Lambda. */
const RESERVED_PORT = 9001;

const MAX_PORT = 65_535;

/** Either the destination or every reason why it is none. */
export type DestinationReading = { readonly destination: Destination } | { readonly problems: readonly string[] };

/**
 * Reads the member `destination` of a subscription. `methods` is what HTTP can use; the Telemetry API knows POST only.
 * Source: Lambda developer guide, "Telemetry API", specifying a destination protocol.
 */
export function readDestination(value: unknown, methods: readonly ('POST' | 'PUT')[]): DestinationReading {
  if (typeof value !== 'object' || value === null) return { problems: ['destination is not provided'] };
  const members = value as Readonly<Record<string, unknown>>;
  if (members.protocol === 'HTTP') return readHttp(members, methods);
  if (members.protocol === 'TCP') return readTcp(members);
  return { problems: ['destination protocol should be HTTP or TCP'] };
}

function readHttp(
  members: Readonly<Record<string, unknown>>,
  methods: readonly ('POST' | 'PUT')[],
): DestinationReading {
  const isChoice = methods.length > 1;
  const method = isChoice ? methods.find((known) => known === (members.method ?? 'POST')) : methods[0];
  const problems: string[] = [];
  if (method === undefined) problems.push(`destination method should be ${methods.join(' or ')}`);
  if (members.encoding !== undefined && members.encoding !== 'JSON')
    problems.push('destination encoding should be JSON');
  const uri = readUri(members.URI);
  problems.push(...uri.problems);
  if (problems.length > 0 || method === undefined) return { problems };
  return { destination: { protocol: 'HTTP', method, port: uri.port, path: uri.path } };
}

/** Not by the URL class: that hides a port 80 and would take a missing one for it. */
function readUri(value: unknown): {
  readonly problems: readonly string[];
  readonly port: number;
  readonly path: string;
} {
  const none = { port: 0, path: '/' };
  if (typeof value !== 'string' || value === '') return { ...none, problems: ['URI is not provided'] };
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#:@]*)(?::(\d*))?(\/[^#]*|\?[^#]*)?(?:#.*)?$/i.exec(value);
  if (match === null) return { ...none, problems: [`URI is not valid: ${value}`] };
  const [, scheme = '', host = '', portText = '', rest = '/'] = match;
  const problems: string[] = [];
  if (scheme.toLowerCase() !== 'http') problems.push('URI scheme should be http');
  if (!HOSTS.includes(host.toLowerCase())) problems.push('URI host should be sandbox.localdomain');
  if (portText === '') problems.push('URI port is not provided');
  else problems.push(...portProblems(Number(portText)));
  return { problems, port: Number(portText), path: rest.startsWith('/') ? rest : `/${rest}` };
}

function readTcp({ port }: Readonly<Record<string, unknown>>): DestinationReading {
  if (typeof port !== 'number') return { problems: ['port is not provided'] };
  const problems = portProblems(port);
  return problems.length > 0 ? { problems } : { destination: { protocol: 'TCP', port } };
}

function portProblems(port: number): readonly string[] {
  if (!Number.isInteger(port) || port < 1 || port > MAX_PORT) return [`port should be between 1 and ${MAX_PORT}`];
  return port === RESERVED_PORT ? [`port ${RESERVED_PORT} is reserved`] : [];
}
