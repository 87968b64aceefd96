import type { z } from 'zod';
import { functionSchema } from './function-schema.js';
import { plainValue } from './plain-value.js';
import { layerSchema } from './project-schema.js';
import { hasReference } from './reference.js';
import { PARSE_ONCE, type ValidateOptions, validate } from './validate.js';
import { isMapping, type ValuePath, valueAt } from './value-path.js';

const SCHEMAS = { function: functionSchema, layer: layerSchema } as const;

/**
 * Checks the settings of a function or layer whose references are replaced; `raw` is the same before that.
 * @throws LambdakitError `config-invalid`
 */
export function settleConfig(
  kind: keyof typeof SCHEMAS,
  interpolated: unknown,
  raw: unknown,
  options: ValidateOptions,
): unknown {
  const schema: z.ZodType = SCHEMAS[kind];
  return validate(schema, coerceReferences(schema, interpolated, raw), options);
}

/** A reference gives text; where the schema wants a number or a boolean, text that looks like one is taken as that. */
function coerceReferences(schema: z.ZodType, data: unknown, raw: unknown): unknown {
  const result = schema.safeParse(data, PARSE_ONCE);
  if (result.success) return data;
  let coerced = data;
  for (const issue of result.error.issues) {
    const path = issue.path.filter((step) => typeof step !== 'symbol');
    const isTyped = issue.code === 'invalid_type' || issue.code === 'invalid_union';
    const value = valueAt(data, path);
    if (isTyped && typeof value === 'string' && hasReference(valueAt(raw, path))) {
      coerced = replaceAt(coerced, path, plainValue(value));
    }
  }
  return coerced;
}

function replaceAt(data: unknown, path: ValuePath, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(data)) return data.map((entry, index) => (index === step ? replaceAt(entry, rest, value) : entry));
  if (!isMapping(data)) return data;
  return { ...data, [step]: replaceAt(data[step], rest, value) };
}
