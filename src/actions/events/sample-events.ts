import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { closestName } from '../../config/closest-name.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { SAMPLE_EVENTS, type SampleEvent } from '../../lambda/sample-events/index.js';
import { readdir, readFile, readTextIfExists } from '../../system/files.js';
import type { ActionContext } from '../action-context.js';
import { parseAssignment, withValueAt } from './set-value.js';

/** An event that can be called by its name. */
export interface EventSummary {
  readonly name: string;
  readonly description: string;
  /** `project` for a file in the folder events of the project, which is stronger. */
  readonly source: 'built-in' | 'project';
}

export interface GenerateRequest {
  readonly name: string;
  /** Each `path=value`. */
  readonly assignments: readonly string[];
  /** The text that a sender would put in: the body of a request, a message, the data of a record. */
  readonly content?: string | undefined;
}

const FOLDER = 'events';
const DEFAULT_REGION = 'us-east-1';
const ACCOUNT_ID = '123456789012';

type EventContext = Pick<ActionContext, 'project'>;

/** The sample events, and those of the project: `events/NAME.json`. */
export async function listEvents(context: EventContext): Promise<readonly EventSummary[]> {
  const folder = await eventFolder(context);
  const files = await readdir(folder).catch(() => []);
  const own = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
  const builtIn = SAMPLE_EVENTS.filter(({ name }) => !own.includes(name));
  return [
    ...own.sort().map((name) => ({ name, description: path.join(FOLDER, `${name}.json`), source: 'project' as const })),
    ...builtIn.map(({ name, description }) => ({ name, description, source: 'built-in' as const })),
  ];
}

/** An event by name, with values set in it. @throws LambdakitError `invalid-input` */
export async function generateEvent(request: GenerateRequest, context: EventContext): Promise<unknown> {
  const own = await readProjectEvent(request.name, context);
  const sample = own === undefined ? findSample(request.name, await listEvents(context)) : undefined;
  let event = sample === undefined ? own : sample.make(await factsOf(context));
  if (request.content !== undefined) event = withContent(event, request.content, { name: request.name, sample });
  for (const assignment of request.assignments) {
    const { path: place, value } = parseAssignment(assignment);
    event = withValueAt(event, place, value);
  }
  return sample?.finish?.(event) ?? event;
}

async function factsOf(context: EventContext) {
  const { region = DEFAULT_REGION } = await context.project();
  return { region, accountId: ACCOUNT_ID, nowMs: Date.now(), newId: randomUUID };
}

function findSample(name: string, events: readonly EventSummary[]): SampleEvent {
  const sample = SAMPLE_EVENTS.find((one) => one.name === name);
  if (sample !== undefined) return sample;
  const meant = closestName(
    name,
    events.map((event) => event.name),
  );
  throw new LambdakitError('invalid-input', `There is no event "${name}".`, {
    hint:
      meant === undefined ? 'See `lambdakit event list`.' : `Did you mean "${meant}"? See \`lambdakit event list\`.`,
  });
}

function withContent(
  event: unknown,
  content: string,
  { name, sample }: { readonly name: string; readonly sample: SampleEvent | undefined },
): unknown {
  if (sample?.contentPath === undefined) {
    throw new LambdakitError('invalid-input', `The event ${name} has no content to put in.`, {
      hint: 'Set its members with --set path=value.',
    });
  }
  if (sample.contentEncoding === 'base64') {
    return withValueAt(event, sample.contentPath, Buffer.from(content, 'utf8').toString('base64'));
  }
  // The detail of an event bus is an object; what travels as text stays text.
  const isObject = sample.contentPath === 'detail';
  return withValueAt(event, sample.contentPath, isObject ? parseJson(content, name) : content);
}

async function readProjectEvent(name: string, context: EventContext): Promise<unknown> {
  if (!/^[\w.-]+$/.test(name)) return undefined;
  const file = path.join(await eventFolder(context), `${name}.json`);
  const text = await readTextIfExists(file);
  return text === undefined ? undefined : parseJson(text, file);
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LambdakitError('invalid-input', `${what} is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

async function eventFolder(context: EventContext): Promise<string> {
  return path.join((await context.project()).folder, FOLDER);
}

/** The bytes of an event for an invocation: a project's own file unchanged, else the sample. */
export async function eventBytes(request: GenerateRequest, context: EventContext): Promise<Uint8Array> {
  const file = path.join(await eventFolder(context), `${request.name}.json`);
  const isPlain = request.assignments.length === 0 && request.content === undefined;
  const own = isPlain && /^[\w.-]+$/.test(request.name) ? await readFile(file).catch(() => undefined) : undefined;
  const event = await generateEvent(request, context);
  return own ?? new TextEncoder().encode(JSON.stringify(event));
}
