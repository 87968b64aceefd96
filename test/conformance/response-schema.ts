import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** AWS's own model of the API lies beside the repository where it may be used for tests, or where a variable says. */
export const MODEL_FILE =
  process.env.LAMBDAKIT_API_MODEL ?? path.resolve(import.meta.dirname, '../../../shared/api-model/service-2.json');

interface ModelShape {
  readonly type: string;
  readonly members?: Record<string, { readonly shape: string; readonly location?: string }>;
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly required?: readonly string[];
  readonly sensitive?: boolean;
  readonly error?: { readonly httpStatusCode: number };
}

export interface ServiceModel {
  readonly operations: Record<
    string,
    {
      readonly name: string;
      readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode: number };
      readonly input?: { readonly shape: string };
      readonly output?: { readonly shape: string };
      readonly errors?: readonly { readonly shape: string }[];
    }
  >;
  readonly shapes: Record<string, ModelShape>;
}

export function loadModel(): ServiceModel | undefined {
  return existsSync(MODEL_FILE) ? (JSON.parse(readFileSync(MODEL_FILE, 'utf8')) as ServiceModel) : undefined;
}

/** Whatever in a response body the model does not allow: unknown members, wrong types, values outside an enum. */
export function schemaViolations(model: ServiceModel, operation: string, body: unknown): string[] {
  const output = model.operations[operation]?.output?.shape;
  return output === undefined ? [] : check(model, output, body, operation);
}

function check(model: ServiceModel, shapeName: string, value: unknown, where: string): string[] {
  const shape = model.shapes[shapeName]!;
  switch (shape.type) {
    case 'structure':
      return checkStructure(model, shape, value, where);
    case 'list':
      if (!Array.isArray(value)) return [`${where} is no list`];
      return value.flatMap((item, index) => check(model, shape.member!.shape, item, `${where}[${index}]`));
    case 'map':
      if (!isRecord(value)) return [`${where} is no map`];
      return Object.entries(value).flatMap(([key, item]) => check(model, shape.value!.shape, item, `${where}.${key}`));
    case 'string':
      if (typeof value !== 'string') return [`${where} is no string`];
      // AWS answers updates with a reason code that its own model does not list (recorded in November 2025).
      if (shapeName === 'LastUpdateStatusReasonCode' && value === 'Creating') return [];
      return shape.enum !== undefined && !shape.enum.includes(value) ? [`${where} is ${value}, not of its enum`] : [];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${where} is no boolean`];
    case 'timestamp':
    case 'integer':
    case 'long':
    case 'double':
      return typeof value === 'number' ? [] : [`${where} is no number`];
    default:
      return [];
  }
}

function checkStructure(model: ServiceModel, shape: ModelShape, value: unknown, where: string): string[] {
  if (!isRecord(value)) return [`${where} is no structure`];
  const members = shape.members ?? {};
  return Object.entries(value).flatMap(([name, item]) => {
    const member = members[name];
    if (member === undefined || member.location !== undefined) return [`${where} has the unknown member ${name}`];
    return check(model, member.shape, item, `${where}.${name}`);
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
