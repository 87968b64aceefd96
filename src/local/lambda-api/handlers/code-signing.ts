import { createHash } from 'node:crypto';
import type {
  CreateCodeSigningConfigRequest,
  DeleteCodeSigningConfigRequest,
  DeleteFunctionCodeSigningConfigRequest,
  GetCodeSigningConfigRequest,
  GetFunctionCodeSigningConfigRequest,
  ListCodeSigningConfigsRequest,
  ListFunctionsByCodeSigningConfigRequest,
  PutFunctionCodeSigningConfigRequest,
  UpdateCodeSigningConfigRequest,
} from '@aws-sdk/client-lambda';
import { codeSigningConfigArn, functionArn } from '../../../lambda/arn.js';
import { conflict, notFound, withoutType } from '../../core/catalog/api-error.js';
import { type Described, lastModified } from '../../core/catalog/describe-function.js';
import { paginate } from '../../core/catalog/paginate.js';
import type { CodeSigningConfigRecord } from '../../core/catalog/records.js';
import { functionsOf, recordKey } from '../../store/state-directory.js';
import { findCodeSigningConfig, requireCodeSigningConfig } from '../code-signing-records.js';
import { changeFunction, findFunction } from '../function-records.js';
import { type ApiCall, type ApiServices, type Handlers, handler } from '../services.js';
import { checkTags } from '../tag-rules.js';

/** Code signing configs and their use by functions. Packages are not verified: the local service trusts its user. */
export function codeSigningHandlers(services: ApiServices): Handlers {
  return { ...configHandlers(services), ...functionHandlers(services) };
}

function configHandlers(services: ApiServices): Handlers {
  return {
    CreateCodeSigningConfig: handler<CreateCodeSigningConfigRequest>(async (input, call) => {
      const tags = input.Tags ?? {};
      checkTags(tags);
      const record: CodeSigningConfigRecord = {
        region: call.region,
        accountId: services.accountId,
        id: newConfigId(services),
        Description: input.Description ?? '',
        AllowedPublishers: { SigningProfileVersionArns: input.AllowedPublishers?.SigningProfileVersionArns ?? [] },
        CodeSigningPolicies: {
          UntrustedArtifactOnDeployment: input.CodeSigningPolicies?.UntrustedArtifactOnDeployment ?? 'Warn',
        },
        LastModified: services.now(),
        tags,
      };
      await services.state.codeSigningConfigs.update(recordKey(call.region, record.id), () => record);
      return { CodeSigningConfig: describe(record) };
    }),
    GetCodeSigningConfig: handler<GetCodeSigningConfigRequest>((input, call) => ({
      CodeSigningConfig: describe(requireConfig(services, call, input.CodeSigningConfigArn)),
    })),
    UpdateCodeSigningConfig: handler<UpdateCodeSigningConfigRequest>(async (input, call) => {
      const current = requireConfig(services, call, input.CodeSigningConfigArn);
      const changed: CodeSigningConfigRecord = {
        ...current,
        LastModified: services.now(),
        ...(input.Description !== undefined && { Description: input.Description }),
        ...(input.AllowedPublishers !== undefined && {
          AllowedPublishers: { SigningProfileVersionArns: input.AllowedPublishers.SigningProfileVersionArns ?? [] },
        }),
        ...(input.CodeSigningPolicies?.UntrustedArtifactOnDeployment !== undefined && {
          CodeSigningPolicies: {
            UntrustedArtifactOnDeployment: input.CodeSigningPolicies.UntrustedArtifactOnDeployment,
          },
        }),
      };
      await services.state.codeSigningConfigs.update(recordKey(call.region, current.id), () => changed);
      return { CodeSigningConfig: describe(changed) };
    }),
    DeleteCodeSigningConfig: handler<DeleteCodeSigningConfigRequest>(async (input, call) => {
      const { id } = requireConfig(services, call, input.CodeSigningConfigArn);
      if (usersOf(services, call, input.CodeSigningConfigArn).length > 0) {
        throw conflict(
          `Cannot delete the code signing configuration ${input.CodeSigningConfigArn} because functions still use it.`,
        );
      }
      await services.state.codeSigningConfigs.update(recordKey(call.region, id), () => undefined);
      return {};
    }),
    ListCodeSigningConfigs: handler<ListCodeSigningConfigsRequest>((input, call) => {
      const configs = services.state.codeSigningConfigs.values().filter(({ region }) => region === call.region);
      const page = paginate(configs, ({ id }) => id, input);
      return { CodeSigningConfigs: page.items.map(describe), NextMarker: page.nextMarker };
    }),
    ListFunctionsByCodeSigningConfig: handler<ListFunctionsByCodeSigningConfigRequest>((input, call) => {
      requireConfig(services, call, input.CodeSigningConfigArn);
      const page = paginate(usersOf(services, call, input.CodeSigningConfigArn), (arn) => arn, input);
      return { FunctionArns: page.items, NextMarker: page.nextMarker };
    }),
  };
}

function functionHandlers(services: ApiServices): Handlers {
  return {
    PutFunctionCodeSigningConfig: handler<PutFunctionCodeSigningConfigRequest>(async (input, call) => {
      requireCodeSigningConfig(services, call, input.CodeSigningConfigArn);
      const { functionName } = findFunction(services, call, input.FunctionName);
      const arn = input.CodeSigningConfigArn ?? '';
      await changeFunction(services, call, functionName, (current) => ({ ...current, codeSigningConfigArn: arn }));
      return { CodeSigningConfigArn: arn, FunctionName: functionName };
    }),
    GetFunctionCodeSigningConfig: handler<GetFunctionCodeSigningConfigRequest>((input, call) => {
      const { record } = findFunction(services, call, input.FunctionName);
      if (record.codeSigningConfigArn === undefined) return {};
      return { CodeSigningConfigArn: record.codeSigningConfigArn, FunctionName: record.functionName };
    }),
    DeleteFunctionCodeSigningConfig: handler<DeleteFunctionCodeSigningConfigRequest>(async (input, call) => {
      const { functionName } = findFunction(services, call, input.FunctionName);
      await changeFunction(services, call, functionName, ({ codeSigningConfigArn: _, ...current }) => current);
      return {};
    }),
  };
}

function requireConfig(services: ApiServices, call: ApiCall, arn: string | undefined): CodeSigningConfigRecord {
  const record = findCodeSigningConfig(services, call, arn ?? '');
  if (record === undefined) {
    throw withoutType(notFound(`The Lambda code signing configuration ${arn} can not be found.`));
  }
  return record;
}

function usersOf(services: ApiServices, call: ApiCall, arn: string | undefined): readonly string[] {
  return functionsOf(services.state, call.region)
    .filter((record) => record.codeSigningConfigArn === arn)
    .map((record) => functionArn(record, record.functionName));
}

function describe(record: CodeSigningConfigRecord): Described {
  const { region: _region, accountId: _account, id, tags: _tags, LastModified, ...rest } = record;
  return {
    CodeSigningConfigId: id,
    CodeSigningConfigArn: codeSigningConfigArn(record, id),
    ...rest,
    LastModified: lastModified(LastModified),
  };
}

/** `csc-` and 17 lower-case letters and digits. */
function newConfigId(services: ApiServices): string {
  const digest = createHash('sha256').update(services.newId()).digest('hex');
  return `csc-${digest.slice(0, 17)}`;
}
