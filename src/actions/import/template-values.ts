import { escapeReferences, type Unmapped } from './imported-project.js';

export type Mapping = Readonly<Record<string, unknown>>;

export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Globals?: { readonly Function?: Mapping };
  readonly Resources: Readonly<
    Record<string, { readonly Type?: string; readonly Properties?: Mapping; readonly Metadata?: Mapping }>
  >;
}

/** Reads values of a template as values of the project file, and notes what has none. */
export interface TemplateReader {
  readonly template: Template;
  readonly unmapped: Unmapped[];
  /** The value with parameters as `${env:NAME, default}`; undefined, and noted, where only a stack knows it. */
  read(value: unknown, path: string): unknown;
  note(path: string, reason: string): void;
}

/** What a stack alone knows. */
const UNKNOWN = Symbol('unknown');

export function createTemplateReader(template: Template): TemplateReader {
  const unmapped: Unmapped[] = [];
  const note = (path: string, reason: string): void => void unmapped.push({ path, reason });
  const read = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) {
      return value.map((item, index) => read(item, `${path}[${index}]`)).filter((item) => item !== undefined);
    }
    if (typeof value === 'string') return escapeReferences(value);
    if (typeof value !== 'object' || value === null) return value;
    const [name, argument] = Object.entries(value)[0] ?? [];
    if (name !== undefined && isIntrinsic(name) && Object.keys(value).length === 1) {
      const known = intrinsic(name, argument, template);
      if (known !== UNKNOWN) return known;
      note(path, `${shown(name, argument)} is known to the stack only: write its value, or \${cfn:STACK.OUTPUT}`);
      return undefined;
    }
    const members = Object.entries(value).map(([key, member]) => [key, read(member, `${path}.${key}`)] as const);
    return Object.fromEntries(members.filter(([, member]) => member !== undefined));
  };
  return { template, unmapped, read, note };
}

/** The logical ID that `Ref`, `Fn::GetAtt` or `Fn::Sub` names; undefined for any other value. */
export function referredResource(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Sub': text } = value as Mapping;
  if (typeof Ref === 'string') return Ref.replace(/\.(Alias|Version)$/, '');
  if (Array.isArray(attribute)) return String(attribute[0]);
  if (typeof attribute === 'string') return attribute.split('.')[0];
  return typeof text === 'string' ? /^\$\{(\w+)(\.\w+)?\}$/.exec(text)?.[1] : undefined;
}

function isIntrinsic(name: string): boolean {
  return name === 'Ref' || name.startsWith('Fn::');
}

function intrinsic(name: string, argument: unknown, template: Template): unknown {
  if (name === 'Ref') return typeof argument === 'string' ? parameter(argument, template) : UNKNOWN;
  if (name === 'Fn::Sub' && typeof argument === 'string') {
    let isKnown = true;
    const text = argument.replaceAll(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, id: string) => {
      if (literal === '!') return `$\${${id}}`;
      const value = parameter(id.trim(), template);
      isKnown &&= value !== UNKNOWN;
      return value === UNKNOWN ? whole : String(value);
    });
    return isKnown ? text : UNKNOWN;
  }
  if (name === 'Fn::Join' && Array.isArray(argument)) {
    const [separator, parts] = argument as [unknown, unknown];
    if (typeof separator !== 'string' || !Array.isArray(parts)) return UNKNOWN;
    const known = parts.map((part) => {
      if (typeof part !== 'object' || part === null) return part as unknown;
      const [inner, value] = Object.entries(part)[0] ?? ['', undefined];
      return intrinsic(inner, value, template);
    });
    return known.includes(UNKNOWN) ? UNKNOWN : known.join(separator);
  }
  return UNKNOWN;
}

/** A parameter becomes a variable of the same name, with its default. */
function parameter(name: string, { Parameters = {} }: Template): unknown {
  if (name === 'AWS::NoValue') return undefined;
  const found = Parameters[name];
  if (found === undefined) return UNKNOWN;
  return found.Default === undefined ? `\${env:${name}}` : `\${env:${name}, ${String(found.Default)}}`;
}

function shown(name: string, argument: unknown): string {
  const text = Array.isArray(argument) && name === 'Fn::GetAtt' ? argument.join('.') : JSON.stringify(argument);
  return `${name.replace('Fn::', '!')} ${text.replaceAll('"', '')}`;
}
