import { eventSourceSchema } from '../../config/companions-schema.js';
import { configMembers, withoutNothing } from './imported-project.js';
import { API_STAYS, importedRoute } from './imported-route.js';
import type { Mapping, TemplateReader } from './template-values.js';

/** What the events of a SAM function become. */
export interface ImportedEvents {
  readonly schedules: readonly Mapping[];
  readonly eventSources: readonly Mapping[];
  readonly routes: readonly (Mapping | string)[];
}

/** Types of events that are event source mappings, with the property that names the source. */
const SOURCES: Readonly<Record<string, string>> = {
  SQS: 'Queue',
  Kinesis: 'Stream',
  DynamoDB: 'Stream',
  MSK: 'Stream',
  MQ: 'Broker',
};

/** Types of events that are routes of an API. */
const ROUTES: Readonly<Record<string, 'http' | 'rest'>> = { HttpApi: 'http', Api: 'rest' };

/** Reads `Events` of AWS::Serverless::Function (SAM developer guide, "EventSource"). */
export function readEvents(events: Mapping, path: string, reader: TemplateReader): ImportedEvents {
  const schedules: Mapping[] = [];
  const eventSources: Mapping[] = [];
  const routes: (Mapping | string)[] = [];
  for (const [name, event] of Object.entries(events)) {
    const place = `${path}.${name}`;
    const { Type = '', Properties = {} } = event as { readonly Type?: string; readonly Properties?: Mapping };
    if (Type === 'Schedule' || Type === 'ScheduleV2') {
      const schedule = scheduleOf(name, reader.read(Properties, `${place}.Properties`) as Mapping);
      if (schedule !== undefined) schedules.push(schedule);
    } else if (Type in SOURCES || Type === 'SelfManagedKafka') {
      const source = sourceOf(Type, Properties, `${place}.Properties`, reader);
      if (source !== undefined) eventSources.push(source);
    } else {
      const front = ROUTES[Type];
      const { Method, Path } = (reader.read(Properties, `${place}.Properties`) ?? {}) as Mapping;
      const route = front === undefined ? undefined : importedRoute(front, Method, Path);
      if (route !== undefined) {
        routes.push(route);
        reader.note(place, API_STAYS);
        continue;
      }
      reader.note(place, `events of the type ${Type} need resources of their own, which lambdakit does not make`);
    }
  }
  return { schedules, eventSources, routes };
}

function scheduleOf(name: string, properties: Mapping): Mapping | undefined {
  const { Schedule, ScheduleExpression = Schedule, ScheduleExpressionTimezone, Name = name, Input } = properties;
  if (ScheduleExpression === undefined) return undefined;
  const isOff = properties.Enabled === false || properties.State === 'DISABLED';
  return withoutNothing({
    name: Name,
    scheduleExpression: ScheduleExpression,
    scheduleExpressionTimezone: ScheduleExpressionTimezone,
    input: typeof Input === 'string' ? parsed(Input) : undefined,
    ...(isOff && { enabled: false }),
  });
}

function sourceOf(type: string, properties: Mapping, path: string, reader: TemplateReader): Mapping | undefined {
  const { [SOURCES[type] ?? '']: source, KafkaBootstrapServers, ...others } = properties;
  const arn = source === undefined ? undefined : reader.read(source, `${path}.${SOURCES[type]}`);
  const servers = reader.read(KafkaBootstrapServers, `${path}.KafkaBootstrapServers`);
  if (arn === undefined && servers === undefined) return undefined;
  return {
    ...(arn !== undefined && { eventSourceArn: arn }),
    ...(servers !== undefined && { selfManagedEventSource: { endpoints: { KAFKA_BOOTSTRAP_SERVERS: servers } } }),
    ...eventSourceMembers(others, path, reader),
  };
}

/** The members of an event source mapping by the API's names. */
export function eventSourceMembers(properties: Mapping, path: string, reader: TemplateReader): Mapping {
  const members = configMembers(reader.read(properties, path)) as Mapping;
  for (const name of Object.keys(members)) {
    if (!(name in eventSourceSchema.shape)) reader.note(`${path}.${name}`, 'the project file has no word for it');
  }
  return Object.fromEntries(Object.entries(members).filter(([name]) => name in eventSourceSchema.shape));
}

function parsed(input: string): unknown {
  try {
    return JSON.parse(input) as unknown;
  } catch {
    // An event that is plain text is a JSON string.
    return input;
  }
}
