import type {
  DeleteProvisionedConcurrencyConfigRequest,
  GetProvisionedConcurrencyConfigRequest,
  ListProvisionedConcurrencyConfigsRequest,
  PutProvisionedConcurrencyConfigRequest,
} from '@aws-sdk/client-lambda';
import { type ArnScope, functionArn } from '../../../lambda/arn.js';
import { LIMITS } from '../../../lambda/limits.js';
import { qualifierKind } from '../../../lambda/qualifier.js';
import { ApiError, conflict, invalidParameter, notFound, withoutType } from '../../core/catalog/api-error.js';
import { provisionedConcurrency, unclaimedConcurrency } from '../../core/catalog/concurrency-claims.js';
import { type Described, lastModified } from '../../core/catalog/describe-function.js';
import { findVersion, functionNotFound } from '../../core/catalog/function-address.js';
import { lookup } from '../../core/catalog/lookup.js';
import { paginate } from '../../core/catalog/paginate.js';
import { without } from '../../core/catalog/publish-version.js';
import type { FunctionRecord } from '../../core/catalog/records.js';
import { functionsOf } from '../../store/state-directory.js';
import {
  type AddressedFunction,
  changeFunction,
  type FunctionInput,
  findFunction,
  lookUpFunction,
} from '../function-records.js';
import type { ProvisionedStatus } from '../provisioned-environments.js';
import { type ApiCall, type ApiServices, type Handlers, handler } from '../services.js';

/** Provisioned concurrency: real environments, kept ready. */
export function provisionedConcurrencyHandlers(services: ApiServices): Handlers {
  return {
    PutProvisionedConcurrencyConfig: handler<PutProvisionedConcurrencyConfigRequest>((input, call) =>
      put(services, input, call),
    ),
    GetProvisionedConcurrencyConfig: handler<GetProvisionedConcurrencyConfigRequest>((input, call) => {
      const { record, qualifier } = findQualified(
        services,
        call,
        input,
        'The function resource provided must be an alias or a published version.',
      );
      return describeOne(services, record, qualifier);
    }),
    DeleteProvisionedConcurrencyConfig: handler<DeleteProvisionedConcurrencyConfigRequest>(async (input, call) => {
      const { record, qualifier } = findQualified(
        services,
        call,
        input,
        'The function resource provided must be an alias or a published version.',
      );
      const changed = await changeFunction(services, call, record.functionName, (current) => ({
        ...current,
        provisioned: without(current.provisioned, qualifier),
      }));
      services.provisioned.reconcile(record, changed);
      return {};
    }),
    ListProvisionedConcurrencyConfigs: handler<ListProvisionedConcurrencyConfigsRequest>((input, call) => {
      const { record } = findFunction(services, call, input.FunctionName);
      const qualifiers = Object.keys(record.provisioned).sort();
      const page = paginate(qualifiers, (qualifier) => qualifier, input);
      return {
        ProvisionedConcurrencyConfigs: page.items.map((qualifier) => ({
          FunctionArn: functionArn(record, record.functionName, qualifier),
          ...describeOne(services, record, qualifier),
        })),
        NextMarker: page.nextMarker,
      };
    }),
  };
}

async function put(services: ApiServices, input: PutProvisionedConcurrencyConfigRequest, call: ApiCall) {
  const { record, qualifier } = findQualified(
    services,
    call,
    input,
    'Provisioned Concurrency Configs cannot be applied to unpublished function versions.',
  );
  if (record.latest.settings.TenancyConfig !== undefined) {
    throw invalidParameter('Provisioned Concurrency is not supported for functions with tenancy configuration.');
  }
  if (findVersion(record, qualifier)?.version.settings.SnapStart.ApplyOn === 'PublishedVersions') {
    throw invalidParameter('Provisioned Concurrency is not supported for SnapStart enabled functions.');
  }
  const requested = input.ProvisionedConcurrentExecutions ?? 1;
  checkConflicts(record, qualifier);
  checkLimits(services, call, record, { qualifier, requested });
  const changed = await changeFunction(services, call, record.functionName, (current) => ({
    ...current,
    provisioned: { ...current.provisioned, [qualifier]: { requested, LastModified: services.now() } },
  }));
  services.provisioned.reconcile(record, changed);
  return describe(changed, qualifier, 'IN_PROGRESS');
}

function findQualified(
  services: ApiServices,
  call: ApiCall,
  input: FunctionInput,
  unpublished: string,
): AddressedFunction & { readonly qualifier: string } {
  if (input.Qualifier === '$LATEST') throw invalidParameter(unpublished);
  const found = findNamed(services, call, input);
  const qualifier = found.qualifier ?? '$LATEST';
  const kind = qualifierKind(qualifier);
  if (kind === 'latest') throw invalidParameter(unpublished);
  if (kind === 'version' && lookup(found.record.versions, qualifier) === undefined) {
    throw functionNotFound(found.record, found.functionName, qualifier);
  }
  if (kind === 'alias' && lookup(found.record.aliases, qualifier) === undefined) {
    throw aliasNotFound(found.record, found.functionName, qualifier);
  }
  return { ...found, qualifier };
}

/** A missing function is reported as its missing alias. */
function findNamed(services: ApiServices, call: ApiCall, input: FunctionInput): AddressedFunction {
  const { scope, functionName, qualifier, record } = lookUpFunction(services, call, input);
  if (record === undefined && qualifier !== undefined && qualifierKind(qualifier) === 'alias') {
    throw aliasNotFound(scope, functionName, qualifier);
  }
  return findFunction(services, call, input.FunctionName, input.Qualifier);
}

function aliasNotFound(scope: ArnScope, name: string, alias: string) {
  return notFound(`Cannot find alias arn: ${functionArn(scope, name, alias)}`);
}

/** One version may be provisioned by its number or by one alias, not both. */
function checkConflicts(record: FunctionRecord, qualifier: string): void {
  const others = Object.keys(record.provisioned).filter((other) => other !== qualifier);
  const version = lookup(record.aliases, qualifier)?.FunctionVersion ?? qualifier;
  const isTaken = others.some((other) => (lookup(record.aliases, other)?.FunctionVersion ?? other) === version);
  if (!isTaken) return;
  throw conflict(
    lookup(record.aliases, qualifier) !== undefined
      ? "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"
      : 'Version is pointed by a Provisioned Concurrency alias',
  );
}

function checkLimits(
  services: ApiServices,
  call: ApiCall,
  record: FunctionRecord,
  { qualifier, requested }: { readonly qualifier: string; readonly requested: number },
): void {
  const own = provisionedConcurrency(record, qualifier);
  const { reservedConcurrency } = record;
  if (reservedConcurrency !== undefined) {
    if (own + requested > reservedConcurrency) {
      throw invalidParameter(
        'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
      );
    }
    return;
  }
  const others = functionsOf(services.state, call.region).filter((other) => other.functionName !== record.functionName);
  const unreserved = Math.max(0, unclaimedConcurrency(others, services.concurrentExecutions) - own);
  if (requested > unreserved) {
    throw withoutType(
      invalidParameter(
        `Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [${unreserved}].`,
      ),
    );
  }
  if (unreserved - requested < LIMITS.minUnreservedConcurrency) {
    throw withoutType(
      invalidParameter(
        `Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LIMITS.minUnreservedConcurrency}].`,
      ),
    );
  }
}

function describeOne(services: ApiServices, record: FunctionRecord, qualifier: string): Described {
  if (lookup(record.provisioned, qualifier) === undefined) {
    throw new ApiError(
      'ProvisionedConcurrencyConfigNotFoundException',
      404,
      'No Provisioned Concurrency Config found for this function',
    );
  }
  return describe(record, qualifier, services.provisioned.statusOf(record, qualifier));
}

function describe(record: FunctionRecord, qualifier: string, status: ProvisionedStatus): Described {
  const config = lookup(record.provisioned, qualifier);
  const requested = config?.requested ?? 0;
  const ready = status === 'READY' ? requested : 0;
  return {
    RequestedProvisionedConcurrentExecutions: requested,
    AvailableProvisionedConcurrentExecutions: ready,
    AllocatedProvisionedConcurrentExecutions: ready,
    Status: status,
    ...(status === 'FAILED' && { StatusReason: 'FUNCTION_ERROR_INIT_FAILURE' }),
    LastModified: lastModified(config?.LastModified ?? 0),
  };
}
