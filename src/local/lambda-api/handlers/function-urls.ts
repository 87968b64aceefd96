import { createHash } from 'node:crypto';
import type {
  Cors,
  CreateFunctionUrlConfigRequest,
  DeleteFunctionUrlConfigRequest,
  GetFunctionUrlConfigRequest,
  ListFunctionUrlConfigsRequest,
  UpdateFunctionUrlConfigRequest,
} from '@aws-sdk/client-lambda';
import { functionArn } from '../../../lambda/arn.js';
import { conflict, invalidParameter, notFound } from '../../core/catalog/api-error.js';
import type { Described } from '../../core/catalog/describe-function.js';
import { functionNotFound } from '../../core/catalog/function-address.js';
import { lookup } from '../../core/catalog/lookup.js';
import { paginate } from '../../core/catalog/paginate.js';
import { without } from '../../core/catalog/publish-version.js';
import type { FunctionRecord, UrlRecord } from '../../core/catalog/records.js';
import { changeFunction, type FunctionInput, lookUpFunction } from '../function-records.js';
import { type ApiCall, type ApiServices, type Handlers, handler } from '../services.js';

const MISSING = 'The resource you requested does not exist.';
/** The key of a function's own URL; aliases have theirs. */
const OWN = '$LATEST';

/** Function URLs: their configuration; requests to them are answered elsewhere. */
export function functionUrlHandlers(services: ApiServices): Handlers {
  return {
    CreateFunctionUrlConfig: handler<CreateFunctionUrlConfigRequest>((input, call) => create(services, input, call)),
    GetFunctionUrlConfig: handler<GetFunctionUrlConfigRequest>((input, call) => {
      const { record, key, url } = findUrl(services, call, input);
      return { ...describe(services, call, { record, key, url }), LastModifiedTime: iso(url.LastModifiedTime) };
    }),
    UpdateFunctionUrlConfig: handler<UpdateFunctionUrlConfigRequest>((input, call) => update(services, input, call)),
    DeleteFunctionUrlConfig: handler<DeleteFunctionUrlConfigRequest>(async (input, call) => {
      const { record, key } = findUrl(services, call, input);
      await changeFunction(services, call, record.functionName, (current) => ({
        ...current,
        urls: without(current.urls, key),
      }));
      return {};
    }),
    ListFunctionUrlConfigs: handler<ListFunctionUrlConfigsRequest>((input, call) => {
      const { record } = findOwner(services, call, input);
      const keys = Object.keys(record.urls).sort();
      const page = paginate(keys, (key) => key, input);
      return {
        FunctionUrlConfigs: page.items.flatMap((key) => {
          const url = lookup(record.urls, key);
          if (url === undefined) return [];
          return { ...describe(services, call, { record, key, url }), LastModifiedTime: iso(url.LastModifiedTime) };
        }),
        NextMarker: page.nextMarker,
      };
    }),
  };
}

async function create(services: ApiServices, input: CreateFunctionUrlConfigRequest, call: ApiCall): Promise<Described> {
  const { record: owner, qualifier } = findOwner(services, call, input);
  if (qualifier !== undefined && lookup(owner.aliases, qualifier) === undefined) {
    throw functionNotFound(owner, owner.functionName, qualifier);
  }
  if (owner.latest.settings.TenancyConfig !== undefined) {
    throw invalidParameter('Function URLs are not supported for functions with tenancy configuration.');
  }
  const key = qualifier ?? OWN;
  const now = services.now();
  const url: UrlRecord = {
    urlId: newUrlId(services),
    AuthType: input.AuthType === 'AWS_IAM' ? 'AWS_IAM' : 'NONE',
    InvokeMode: input.InvokeMode === 'RESPONSE_STREAM' ? 'RESPONSE_STREAM' : 'BUFFERED',
    CreationTime: now,
    LastModifiedTime: now,
    ...corsMember(input.Cors),
  };
  const record = await changeFunction(services, call, owner.functionName, (current) => {
    if (lookup(current.urls, key) !== undefined) {
      const arn = functionArn(current, current.functionName, qualifier);
      throw conflict(
        `Failed to create function url config for [functionArn = ${arn}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
      );
    }
    return { ...current, urls: { ...current.urls, [key]: url } };
  });
  return shownMode(describe(services, call, { record, key, url }), input.InvokeMode);
}

async function update(services: ApiServices, input: UpdateFunctionUrlConfigRequest, call: ApiCall): Promise<Described> {
  const found = findUrl(services, call, input);
  const { Cors, ...kept } = found.url;
  const url: UrlRecord = {
    ...kept,
    LastModifiedTime: services.now(),
    ...(input.AuthType !== undefined && { AuthType: input.AuthType }),
    ...(input.InvokeMode !== undefined && { InvokeMode: input.InvokeMode }),
    ...corsMember(input.Cors ?? Cors),
  };
  const record = await changeFunction(services, call, found.record.functionName, (current) => ({
    ...current,
    urls: { ...current.urls, [found.key]: url },
  }));
  const described = {
    ...describe(services, call, { ...found, record, url }),
    LastModifiedTime: iso(url.LastModifiedTime),
  };
  return shownMode(described, input.InvokeMode);
}

/** Create and Update name the mode only when the request did. */
function shownMode(described: Described, requested: string | undefined): Described {
  if (requested !== undefined) return described;
  const { InvokeMode: _mode, ...rest } = described;
  return rest;
}

function findOwner(services: ApiServices, call: ApiCall, input: FunctionInput) {
  const { record, qualifier } = lookUpFunction(services, call, input);
  if (record === undefined) throw notFound('Function does not exist');
  return { record, qualifier };
}

interface FoundUrl {
  readonly record: FunctionRecord;
  readonly key: string;
  readonly url: UrlRecord;
}

function findUrl(services: ApiServices, call: ApiCall, input: FunctionInput): FoundUrl {
  const { record, qualifier: key = OWN } = lookUpFunction(services, call, input);
  const url = lookup(record?.urls, key);
  if (record === undefined || url === undefined) throw notFound(MISSING);
  return { record, key, url };
}

function describe(services: ApiServices, call: ApiCall, { record, key, url }: FoundUrl): Described {
  return {
    FunctionUrl: services.functionUrlOf(call.endpoint, url.urlId),
    FunctionArn: functionArn(record, record.functionName, key === OWN ? undefined : key),
    AuthType: url.AuthType,
    ...(url.Cors !== undefined && { Cors: url.Cors }),
    CreationTime: iso(url.CreationTime),
    InvokeMode: url.InvokeMode,
  };
}

/** Ids have 32 lower-case letters and digits. */
function newUrlId(services: ApiServices): string {
  const digest = createHash('sha256').update(services.newId()).digest('hex');
  return BigInt(`0x${digest}`).toString(36).padStart(32, '0').slice(-32);
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Only the members that were given; an object without any takes CORS away. */
function corsMember(cors: Cors | Readonly<Record<string, unknown>> | undefined): Pick<UrlRecord, 'Cors'> {
  const members = Object.entries(cors ?? {}).filter(([, value]) => value !== undefined);
  return members.length === 0 ? {} : { Cors: Object.fromEntries(members) };
}
