import type { Unmapped } from './imported-project.js';
import type { Mapping } from './template-values.js';

/** Reads values of serverless.yml as values of the project file, and notes what has none. */
export interface ServerlessReader {
  readonly unmapped: Unmapped[];
  read(value: unknown, path: string): unknown;
  note(path: string, reason: string): void;
}

const UNKNOWN = Symbol('unknown');
/** A value of its own document may lead to another one, but not in circles. */
const MAX_DEPTH = 10;

/** Variables become references of the project file; those of the document itself become their values. */
export function createServerlessReader(document: Mapping): ServerlessReader {
  const unmapped: Unmapped[] = [];
  const note = (path: string, reason: string): void => void unmapped.push({ path, reason });
  const read = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) {
      return value.map((item, index) => read(item, `${path}[${index}]`)).filter((item) => item !== undefined);
    }
    if (typeof value === 'string') {
      const known = text(value, document, 0);
      if (known !== UNKNOWN) return known;
      note(path, `${value} cannot be taken over: write its value`);
      return undefined;
    }
    if (typeof value !== 'object' || value === null) return value;
    const [name] = Object.keys(value);
    if (name === 'Ref' || name?.startsWith('Fn::')) {
      note(path, `${name.replace('Fn::', '!')} is known to the stack only: write its value, or \${cfn:STACK.OUTPUT}`);
      return undefined;
    }
    const members = Object.entries(value).map(([key, member]) => [key, read(member, `${path}.${key}`)] as const);
    return Object.fromEntries(members.filter(([, member]) => member !== undefined));
  };
  return { unmapped, read, note };
}

/** The innermost variables first. */
const VARIABLE = /\$\{([^${}]+)\}/;

function text(value: string, document: Mapping, depth: number): unknown {
  const whole = /^\$\{([^${}]+)\}$/.exec(value)?.[1];
  if (whole !== undefined) return variable(whole, document, depth);
  let rest = value;
  const done: string[] = [];
  for (let found = VARIABLE.exec(rest); found !== null; found = VARIABLE.exec(rest)) {
    const known = variable(found[1] ?? '', document, depth);
    if (known === UNKNOWN || typeof known === 'object') return UNKNOWN;
    done.push(String(known));
    // What is read already must not be read again.
    rest = rest.replace(found[0], `\uE000${done.length - 1}\uE000`);
  }
  return rest.replaceAll(/\uE000(\d+)\uE000/g, (_, index) => done[Number(index)] ?? '');
}

/** Serverless Framework, "Variables": the source, its address, and after a comma what to take without it. */
function variable(inner: string, document: Mapping, depth: number): unknown {
  if (depth > MAX_DEPTH) return UNKNOWN;
  const [head = '', ...others] = inner.split(',').map((part) => part.trim());
  const fallback = others.length === 0 ? undefined : others.join(',').replace(/^(['"])(.*)\1$/, '$2');
  const [, source = head, address = ''] = /^([\w-]+)(?:\([^)]*\))?:(.*)$/.exec(head) ?? [];
  const withFallback = (reference: string): string =>
    `\${${reference}${fallback === undefined ? '' : `, ${fallback}`}}`;
  switch (source) {
    case 'env':
      return withFallback(`env:${address}`);
    case 'sls':
    case 'opt':
      return address === 'stage' ? withFallback('stage') : UNKNOWN;
    case 'ssm':
      return withFallback(`ssm:${address.replace(/~true$/, '')}`);
    case 'cf':
      return withFallback(`cfn:${address}`);
    case 'self':
      return ownValue(address, document, depth) ?? fallback ?? UNKNOWN;
    default:
      return UNKNOWN;
  }
}

function ownValue(address: string, document: Mapping, depth: number): unknown {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of the project file
  if (address === 'provider.stage') return '${stage, dev}';
  let value: unknown = document;
  for (const step of address.split('.')) value = (value as Mapping | undefined)?.[step];
  return typeof value === 'string' ? text(value, document, depth + 1) : value;
}
