import { isMapping } from '../../config/value-path.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';

/**
 * The OpenAPI document in which the Lambda console keeps the test events of a function: the shape of the event under
 * `components.schemas`, each event under `components.examples.NAME.value`.
 */
export type EventSchema = Readonly<Record<string, unknown>>;

/** @throws LambdakitError `service-refused` for what no console has written */
export function parseEventSchema(content: string): EventSchema {
  try {
    const schema: unknown = JSON.parse(content);
    if (isMapping(schema)) return schema;
  } catch {
    // Told below, with all else that is no such document.
  }
  throw new LambdakitError('service-refused', 'The schema of the shared events is no OpenAPI document.', {
    hint: 'Look at it in the EventBridge console, registry lambda-testevent-schemas.',
  });
}

/** The events by name. */
export function eventsOf(schema: EventSchema): Readonly<Record<string, unknown>> {
  const examples = examplesOf(schema);
  return Object.fromEntries(
    Object.entries(examples).flatMap(([name, example]) =>
      isMapping(example) && 'value' in example ? [[name, example.value] as const] : [],
    ),
  );
}

export function withEvent(schema: EventSchema, name: string, event: unknown): EventSchema {
  return withExamples(schema, [...Object.entries(examplesOf(schema)), [name, { value: event }]]);
}

export function withoutEvent(schema: EventSchema, name: string): EventSchema {
  return withExamples(
    schema,
    Object.entries(examplesOf(schema)).filter(([other]) => other !== name),
  );
}

/** By entries, since an event may be called __proto__. */
function withExamples(schema: EventSchema, examples: readonly (readonly [string, unknown])[]): EventSchema {
  const components = isMapping(schema.components) ? schema.components : {};
  return { ...schema, components: { ...components, examples: Object.fromEntries(examples) } };
}

function examplesOf({ components }: EventSchema): Readonly<Record<string, unknown>> {
  const examples = isMapping(components) ? components.examples : undefined;
  return isMapping(examples) ? examples : {};
}
