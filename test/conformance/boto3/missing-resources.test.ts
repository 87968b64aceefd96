import { describe, expect, it } from 'vitest';
import { boto3Missing } from './boto3-client.js';
import { fails, ok } from './expectations.js';
import { useBoto3 } from './use-boto3.js';

const missing = boto3Missing();
const ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:none';
const FunctionName = 'none';
const UUID = '00000000-0000-0000-0000-000000000000';
const CodeSigningConfigArn = 'arn:aws:lambda:eu-west-1:000000000000:code-signing-config:csc-0123456789abcdef0';
const NO_FUNCTION = `Function not found: ${ARN}`;
const NO_RESOURCE = 'The resource you requested does not exist.';
const NO_CONFIG = `The Lambda code signing configuration ${CodeSigningConfigArn} can not be found.`;
const NO_EVENT_CONFIG = `The function ${ARN}:$LATEST doesn't have an EventInvokeConfig`;

describe.skipIf(missing !== undefined)(
  `missing resources through boto3${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    const { boto } = useBoto3();

    it.each([
      ['delete_alias', { FunctionName, Name: 'a' }, NO_FUNCTION],
      ['delete_function_code_signing_config', { FunctionName }, NO_FUNCTION],
      ['delete_function_concurrency', { FunctionName }, NO_FUNCTION],
      ['delete_function_event_invoke_config', { FunctionName }, NO_EVENT_CONFIG],
      ['delete_provisioned_concurrency_config', { FunctionName, Qualifier: '1' }, `${NO_FUNCTION}:1`],
      ['get_function_code_signing_config', { FunctionName }, NO_FUNCTION],
      ['get_function_concurrency', { FunctionName }, NO_FUNCTION],
      ['get_function_configuration', { FunctionName }, NO_FUNCTION],
      ['get_function_configuration', { FunctionName, Qualifier: '$LATEST' }, `${NO_FUNCTION}:$LATEST`],
      ['get_function_event_invoke_config', { FunctionName }, NO_EVENT_CONFIG],
      ['get_function_recursion_config', { FunctionName }, NO_FUNCTION],
      ['get_function_scaling_config', { FunctionName, Qualifier: '1' }, `${NO_FUNCTION}:1`],
      ['get_function_url_config', { FunctionName }, NO_RESOURCE],
      ['get_policy', { FunctionName }, NO_RESOURCE],
      [
        'get_provisioned_concurrency_config',
        { FunctionName, Qualifier: 'noalias' },
        `Cannot find alias arn: ${ARN}:noalias`,
      ],
      ['get_runtime_management_config', { FunctionName }, NO_FUNCTION],
      ['invoke_async', { FunctionName, InvokeArgs: '{}' }, `${NO_FUNCTION}:$LATEST`],
      ['invoke_with_response_stream', { FunctionName }, `${NO_FUNCTION}:$LATEST`],
      ['list_aliases', { FunctionName }, NO_FUNCTION],
      ['list_function_event_invoke_configs', { FunctionName }, NO_FUNCTION],
      ['list_function_url_configs', { FunctionName }, 'Function does not exist'],
      ['list_provisioned_concurrency_configs', { FunctionName }, NO_FUNCTION],
      ['list_versions_by_function', { FunctionName }, NO_FUNCTION],
      ['publish_version', { FunctionName }, NO_FUNCTION],
      ['put_function_recursion_config', { FunctionName, RecursiveLoop: 'Allow' }, NO_FUNCTION],
      ['put_runtime_management_config', { FunctionName, UpdateRuntimeOn: 'Auto' }, NO_FUNCTION],
      ['put_function_scaling_config', { FunctionName, Qualifier: '1', FunctionScalingConfig: {} }, `${NO_FUNCTION}:1`],
      ['update_function_configuration', { FunctionName }, NO_FUNCTION],
      ['update_function_event_invoke_config', { FunctionName, MaximumRetryAttempts: 1 }, NO_EVENT_CONFIG],
      ['update_function_url_config', { FunctionName, AuthType: 'NONE' }, NO_RESOURCE],
      ['delete_event_source_mapping', { UUID }, NO_RESOURCE],
      ['update_event_source_mapping', { UUID }, NO_RESOURCE],
      ['delete_code_signing_config', { CodeSigningConfigArn }, NO_CONFIG],
      ['update_code_signing_config', { CodeSigningConfigArn }, NO_CONFIG],
      ['list_functions_by_code_signing_config', { CodeSigningConfigArn }, NO_CONFIG],
    ])('%s %j', async (call, params, message) => {
      await fails(boto, [call, params], [404, 'ResourceNotFoundException', message]);
    });

    it('lists nothing where there is nothing', async () => {
      expect(await ok(boto, 'list_layer_versions', { LayerName: 'none' })).toEqual({ LayerVersions: [] });
      expect(await ok(boto, 'list_layers')).toEqual({ Layers: [] });
      expect(await ok(boto, 'list_functions')).toEqual({ Functions: [] });
      expect(await ok(boto, 'list_event_source_mappings')).toEqual({ EventSourceMappings: [] });
      expect(await ok(boto, 'list_code_signing_configs')).toEqual({ CodeSigningConfigs: [] });
    });
  },
);
