import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectJsonSchema } from '../../../src/config/json-schema.js';
import { projectSchema } from '../../../src/config/project-schema.js';

const committed = path.resolve(import.meta.dirname, '../../../schema/lambdakit.schema.json');

describe('the JSON Schema of the project file', () => {
  it('is what the code generates (run: node scripts/generate-schema.mjs)', () => {
    expect(JSON.parse(readFileSync(committed, 'utf8'))).toEqual(JSON.parse(JSON.stringify(projectJsonSchema())));
  });

  it('knows the keys of the project file and refuses others', () => {
    const schema = JSON.parse(readFileSync(committed, 'utf8'));
    expect(Object.keys(schema.properties)).toEqual(Object.keys(projectSchema.shape));
    expect(schema.additionalProperties).toBe(false);
    expect(schema.$defs.function.additionalProperties).toBe(false);
  });

  it('lets a reference stand where a number is wanted', () => {
    const { timeout } = JSON.parse(readFileSync(committed, 'utf8')).$defs.function.properties;
    expect(timeout.anyOf).toEqual([
      { type: 'integer', minimum: 1, maximum: 900 },
      { type: 'string', pattern: '\\$\\{' },
    ]);
  });
});
