/** Where a member of a request or response travels. */
export type MemberLocation = 'label' | 'query' | 'header' | 'payload' | 'status' | 'body';

export interface MemberSchema {
  readonly name: string;
  readonly location: MemberLocation;
  /** Name of the query parameter or the lower-case header; the member's own name elsewhere. */
  readonly wireName: string;
  readonly isRequired: boolean;
  readonly isSensitive: boolean;
  /** Resolved when first read, because structures may contain themselves. */
  readonly shape: Shape;
}

export interface StructureShape {
  readonly kind: 'structure';
  readonly name: string;
  readonly members: readonly MemberSchema[];
}

/** Whether a number may have a fraction. */
type NumberKind = 'integer' | 'double';

export type Shape =
  | StructureShape
  | { readonly kind: 'string' | NumberKind | 'boolean' | 'blob' | 'timestamp' | 'document' }
  | { readonly kind: 'list' | 'map'; readonly item: Shape };

/** One operation of the Lambda API, as the SDK's own client describes it. */
export interface OperationSchema {
  readonly name: string;
  readonly method: string;
  /** Path segments; one in braces is a label. */
  readonly segments: readonly string[];
  /** Query parameters that belong to the address (`List=ALL`). */
  readonly fixedQuery: ReadonlyMap<string, string>;
  readonly status: number;
  readonly input: StructureShape;
  readonly output: StructureShape;
}

/**
 * Reads every operation out of the schemas that `@aws-sdk/client-lambda` exports, so that the service
 * knows what its clients know. The SDK is loaded here, at the start of the service and not before.
 */
export async function loadOperationSchemas(): Promise<readonly OperationSchema[]> {
  const client: Record<string, unknown> = await import('@aws-sdk/client-lambda');
  return Object.values(client).filter(isOperation).map(readOperation);
}

/** Codes of @smithy/types' SchemaType: what the first number of a schema, or a schema that is a number, means. */
const TYPE = { simple: 0, list: 1, map: 2, structure: 3, union: 4, operation: 9 } as const;
const LIST_OF = 64;
const MAP_OF = 128;
/** The members of the model's type double (botocore, lambda 2015-03-31): to the SDK's schemas every number is numeric. */
const DOUBLES: ReadonlySet<string> = new Set([
  'AdditionalVersionWeights',
  'ExecutionEnvironmentMemoryGiBPerVCpu',
  'TargetValue',
]);
const TRAIT_BITS = { label: 1, sensitive: 8, payload: 16, status: 32 } as const;

type RawOperation = readonly [9, string, string, Record<string, unknown>, () => unknown, () => unknown];

function isOperation(value: unknown): value is RawOperation {
  return Array.isArray(value) && value[0] === TYPE.operation;
}

function readOperation([, , name, traits, input, output]: RawOperation): OperationSchema {
  const [method, uri, status] = traits.http as [string, string, number];
  const [pathname = '', query = ''] = uri.split('?');
  return {
    name,
    method,
    segments: pathname.split('/').filter((segment) => segment !== ''),
    fixedQuery: new Map(new URLSearchParams(query)),
    status,
    input: readStructure(input()),
    output: readStructure(output()),
  };
}

const EMPTY: StructureShape = { kind: 'structure', name: 'Unit', members: [] };

function readStructure(raw: unknown): StructureShape {
  const shape = readShape(raw);
  return shape.kind === 'structure' ? shape : EMPTY;
}

function readShape(raw: unknown, numbers: NumberKind = 'integer'): Shape {
  const schema = typeof raw === 'function' ? raw() : raw;
  if (typeof schema === 'number') return readNumber(schema, numbers);
  if (!Array.isArray(schema)) return { kind: 'document' };
  switch (schema[0]) {
    case TYPE.simple:
      return readShape(schema[4], numbers);
    case TYPE.list:
      return lazyItem('list', () => readShape(withoutTraits(schema[4]), numbers));
    case TYPE.map:
      return lazyItem('map', () => readShape(withoutTraits(schema[5]), numbers));
    default:
      return readMembers(schema);
  }
}

function readNumber(code: number, numbers: NumberKind): Shape {
  if (code >= MAP_OF) return { kind: 'map', item: readNumber(code - MAP_OF, numbers) };
  if (code >= LIST_OF) return { kind: 'list', item: readNumber(code - LIST_OF, numbers) };
  if (code === 1 || code === 17 || code === 19) return { kind: numbers };
  if (code === 2) return { kind: 'boolean' };
  if (code >= 4 && code <= 7) return { kind: 'timestamp' };
  if (code === 21 || code === 42) return { kind: 'blob' };
  return code === 15 ? { kind: 'document' } : { kind: 'string' };
}

function lazyItem(kind: 'list' | 'map', read: () => Shape): Shape {
  let item: Shape | undefined;
  return {
    kind,
    get item() {
      item ??= read();
      return item;
    },
  };
}

function withoutTraits(member: unknown): unknown {
  return Array.isArray(member) && (typeof member[0] === 'function' || member.length === 2) ? member[0] : member;
}

function readMembers(schema: readonly unknown[]): StructureShape {
  const [, , name, , memberNames, memberSchemas, requiredCount = 0] = schema as [
    number,
    string,
    string,
    unknown,
    string[],
    unknown[],
    number?,
  ];
  return {
    kind: 'structure',
    name,
    members: memberNames.map((member, index) => readMember(member, memberSchemas[index], index < requiredCount)),
  };
}

function readMember(name: string, raw: unknown, isRequired: boolean): MemberSchema {
  const hasTraits = Array.isArray(raw) && raw.length === 2 && (typeof raw[1] === 'number' || !Array.isArray(raw[1]));
  const [target, traits] = hasTraits ? (raw as [unknown, number | Record<string, unknown>]) : [raw, 0];
  let shape: Shape | undefined;
  return {
    name,
    ...readLocation(name, traits),
    isRequired,
    isSensitive: isSensitive(target, traits),
    get shape() {
      shape ??= readShape(target, DOUBLES.has(name) ? 'double' : 'integer');
      return shape;
    },
  };
}

function readLocation(
  name: string,
  traits: number | Record<string, unknown>,
): { readonly location: MemberLocation; readonly wireName: string } {
  if (typeof traits === 'number') {
    if (traits & TRAIT_BITS.label) return { location: 'label', wireName: name };
    if (traits & TRAIT_BITS.payload) return { location: 'payload', wireName: name };
    return { location: traits & TRAIT_BITS.status ? 'status' : 'body', wireName: name };
  }
  if (typeof traits.httpQuery === 'string') return { location: 'query', wireName: traits.httpQuery };
  if (typeof traits.httpHeader === 'string') return { location: 'header', wireName: traits.httpHeader.toLowerCase() };
  if (traits.httpLabel !== undefined) return { location: 'label', wireName: name };
  return { location: traits.httpPayload === undefined ? 'body' : 'payload', wireName: name };
}

function isSensitive(target: unknown, traits: number | Record<string, unknown>): boolean {
  if (typeof traits === 'number' && (traits & TRAIT_BITS.sensitive) !== 0) return true;
  const schema = typeof target === 'function' ? target() : target;
  return Array.isArray(schema) && schema[3] === TRAIT_BITS.sensitive;
}
