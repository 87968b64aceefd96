import { z } from 'zod';
import { projectSchema } from './project-schema.js';

type Schema = Record<string, unknown>;

/** The JSON Schema of the project file, for editors; generated into schema/lambdakit.schema.json. */
export function projectJsonSchema(): Schema {
  const schema = z.toJSONSchema(projectSchema, {
    io: 'input',
    target: 'draft-2020-12',
    reused: 'inline',
    override: ({ jsonSchema }) => allowReference(jsonSchema as Schema),
  });
  return { title: 'lambdakit project file', ...schema };
}

/** Text with a `${…}` may stand wherever a number, a boolean, or text of a certain form is wanted. */
function allowReference(schema: Schema): void {
  const isConstrainedText =
    schema.type === 'string' && ['pattern', 'enum', 'const', 'maxLength'].some((key) => key in schema);
  if (!isConstrainedText && !['integer', 'number', 'boolean'].includes(String(schema.type))) return;
  const { description, ...constraints } = { ...schema };
  for (const key of Object.keys(schema)) delete schema[key];
  if (description !== undefined) schema.description = description;
  schema.anyOf = [constraints, { type: 'string', pattern: '\\$\\{' }];
}
