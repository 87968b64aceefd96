import { describe, expect, it } from 'vitest';
import { ECHO, nodePackage, ROLE } from '../../service/local-service-kit.js';
import { boto3Missing, bytes } from './boto3-client.js';
import { column, fails, ok } from './expectations.js';
import { useBoto3 } from './use-boto3.js';

const missing = boto3Missing();
const SCOPE = 'arn:aws:lambda:eu-west-1:000000000000';
const ARN = `${SCOPE}:function`;
const INVALID = 'InvalidParameterValueException';
const NOT_FOUND = 'ResourceNotFoundException';

describe.skipIf(missing !== undefined)(
  `what stands beside a function, through boto3${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    const { boto, endpoint } = useBoto3();
    const create = async (FunctionName: string, zip = ECHO) => {
      await ok(
        boto,
        'create_function',
        { FunctionName, Role: ROLE, Runtime: 'nodejs24.x', Handler: 'index.handler', Code: { ZipFile: bytes(zip) } },
        201,
      );
      await ok(boto, 'publish_version', { FunctionName }, 201);
      await ok(boto, 'create_alias', { FunctionName, Name: 'live', FunctionVersion: '1' }, 201);
    };

    it('keeps a policy for function, version and alias', async () => {
      const FunctionName = 'policy';
      await create(FunctionName);
      const missingPolicy = 'The resource you requested does not exist.';
      await fails(boto, ['get_policy', { FunctionName }], [404, NOT_FOUND, missingPolicy]);
      await fails(
        boto,
        ['remove_permission', { FunctionName, StatementId: 's1' }],
        [404, NOT_FOUND, 'No policy is associated with the given resource.'],
      );
      await fails(
        boto,
        ['remove_permission', { FunctionName: 'none', StatementId: 's1' }],
        [404, NOT_FOUND, `No policy found for: ${ARN}:none`],
      );
      const before = await ok(boto, 'get_function_configuration', { FunctionName });
      const base = { FunctionName, Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com' };
      const added = await ok(
        boto,
        'add_permission',
        { ...base, StatementId: 's1', SourceArn: 'arn:aws:s3:::b', SourceAccount: '000000000000' },
        201,
      );
      expect(added.Statement).toBe(
        `{"Sid":"s1","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"${ARN}:policy","Condition":{"StringEquals":{"AWS:SourceAccount":"000000000000"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b"}}}`,
      );
      const policy = await ok(boto, 'get_policy', { FunctionName });
      expect(policy.Policy).toBe(`{"Version":"2012-10-17","Id":"default","Statement":[${added.Statement}]}`);
      expect(policy.RevisionId).not.toBe(before.RevisionId);
      expect((await ok(boto, 'get_function_configuration', { FunctionName })).RevisionId).toBe(policy.RevisionId);
      const account = await ok(
        boto,
        'add_permission',
        { ...base, StatementId: 's2', Principal: '123456789012', Qualifier: 'live' },
        201,
      );
      expect(JSON.parse(account.Statement)).toMatchObject({
        Principal: { AWS: 'arn:aws:iam::123456789012:root' },
        Resource: `${ARN}:policy:live`,
      });
      const everyone = await ok(
        boto,
        'add_permission',
        {
          ...base,
          StatementId: 'url',
          Action: 'lambda:InvokeFunctionUrl',
          Principal: '*',
          FunctionUrlAuthType: 'NONE',
        },
        201,
      );
      expect(JSON.parse(everyone.Statement)).toMatchObject({
        Principal: '*',
        Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
      });
      expect(
        JSON.parse((await ok(boto, 'get_policy', { FunctionName, Qualifier: 'live' })).Policy).Statement,
      ).toHaveLength(1);
      await fails(boto, ['get_policy', { FunctionName, Qualifier: '1' }], [404, NOT_FOUND, missingPolicy]);
      const refused = [
        [
          { StatementId: 's1' },
          409,
          'ResourceConflictException',
          'The statement id (s1) provided already exists. Please provide a new statement id, or remove the existing statement.',
        ],
        [
          { StatementId: 'n', Principal: 'invalid.nonaws.com' },
          400,
          INVALID,
          'The provided principal was invalid. Please check the principal and try again.',
        ],
        [
          { StatementId: 'n', Qualifier: '$LATEST' },
          400,
          INVALID,
          'We currently do not support adding policies for $LATEST.',
        ],
        [{ StatementId: 'n', Qualifier: '42' }, 404, NOT_FOUND, `Function not found: ${ARN}:policy:42`],
        [{ StatementId: 'n', Qualifier: 'noalias' }, 404, NOT_FOUND, `Cannot find alias arn: ${ARN}:policy:noalias`],
        [
          { StatementId: 'n', RevisionId: before.RevisionId },
          412,
          'PreconditionFailedException',
          'The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id',
        ],
        [
          { StatementId: 'example.com' },
          400,
          'ValidationException',
          "1 validation error detected: Value 'example.com' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)",
        ],
      ] as const;
      for (const [params, ...expected] of refused)
        await fails(boto, ['add_permission', { ...base, ...params }], expected);
      await fails(
        boto,
        ['remove_permission', { FunctionName, StatementId: 'no' }],
        [404, NOT_FOUND, 'Statement no is not found in resource policy.'],
      );
      // Added without a qualifier: `$LATEST` by its name has none of it.
      const latest = { FunctionName, Qualifier: '$LATEST' };
      await fails(boto, ['get_policy', latest], [404, NOT_FOUND, missingPolicy]);
      await fails(
        boto,
        ['remove_permission', { ...latest, StatementId: 's1' }],
        [404, NOT_FOUND, 'No policy is associated with the given resource.'],
      );
      await ok(boto, 'remove_permission', { FunctionName, StatementId: 's1' }, 204);
      await ok(boto, 'remove_permission', { FunctionName, StatementId: 'url' }, 204);
      await fails(boto, ['get_policy', { FunctionName }], [404, NOT_FOUND, missingPolicy]);
    });

    it('refuses a policy of more than 20 KB', async () => {
      await create('crowded');
      let last = await boto.call('get_policy', { FunctionName: 'crowded' });
      for (let n = 0; n < 200 && last.error !== 'PolicyLengthExceededException'; n++) {
        last = await boto.call('add_permission', {
          FunctionName: 'crowded',
          StatementId: `statement-${n}`,
          Action: 'lambda:InvokeFunction',
          Principal: 's3.amazonaws.com',
          SourceArn: `arn:aws:s3:::${'b'.repeat(300)}${n}`,
        });
      }
      expect(last.error).toBe('PolicyLengthExceededException');
      expect(last.message).toMatch(/^The final policy size \(\d+\) is bigger than the limit \(20480\)\.$/);
    });

    it('configures asynchronous invocation', async () => {
      const FunctionName = 'events';
      await create(FunctionName);
      await create('target');
      const put = 'put_function_event_invoke_config';
      const config = await ok(boto, put, { FunctionName, MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 111 });
      expect(config).toEqual({
        LastModified: expect.any(String),
        FunctionArn: `${ARN}:events:$LATEST`,
        MaximumRetryAttempts: 1,
        MaximumEventAgeInSeconds: 111,
        DestinationConfig: { OnSuccess: {}, OnFailure: {} },
      });
      const destination = { OnFailure: { Destination: `${ARN}:target` } };
      const updated = await ok(boto, 'update_function_event_invoke_config', {
        FunctionName,
        DestinationConfig: destination,
      });
      expect(updated).toMatchObject({
        MaximumRetryAttempts: 1,
        DestinationConfig: { OnSuccess: {}, OnFailure: destination.OnFailure },
      });
      expect(await ok(boto, 'get_function_event_invoke_config', { FunctionName })).toEqual(updated);
      const replaced = await ok(boto, put, { FunctionName, MaximumRetryAttempts: 0 });
      expect(replaced.MaximumEventAgeInSeconds).toBeUndefined();
      expect(replaced.DestinationConfig).toEqual({ OnSuccess: {}, OnFailure: {} });
      await ok(boto, put, { FunctionName, Qualifier: 'live', MaximumRetryAttempts: 2 });
      const listed = await ok(boto, 'list_function_event_invoke_configs', { FunctionName });
      expect(column(listed.FunctionEventInvokeConfigs, 'FunctionArn')).toEqual([
        `${ARN}:events:$LATEST`,
        `${ARN}:events:live`,
      ]);
      const refused = [
        [{ FunctionName }, 400, INVALID, 'You must specify at least one of error handling or destination setting.'],
        [{ FunctionName: 'none', MaximumRetryAttempts: 1 }, 404, NOT_FOUND, "The function doesn't exist."],
        [
          { FunctionName, DestinationConfig: { OnSuccess: { Destination: `${ARN}:events` } } },
          400,
          INVALID,
          "You can't specify the function as a destination for itself.",
        ],
        [
          { FunctionName, DestinationConfig: { OnSuccess: { Destination: `${ARN}:nofn` } } },
          400,
          INVALID,
          `The destination ARN ${ARN}:nofn is invalid.`,
        ],
        [
          {
            FunctionName,
            DestinationConfig: { OnSuccess: { Destination: 'arn:aws:iam:eu-west-1:000000000000:function:x' } },
          },
          400,
          INVALID,
          'The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=arn:aws:iam:eu-west-1:000000000000:function:x), onFailure=null) is invalid.',
        ],
        [
          {
            FunctionName,
            DestinationConfig: {
              OnSuccess: { Destination: 'arn:aws:sqs:eu-west-1:000000000000:q' },
              OnFailure: { Destination: 'arn:aws:iam:eu-west-1:000000000000:function:x' },
            },
          },
          400,
          INVALID,
          'The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=arn:aws:sqs:eu-west-1:000000000000:q), onFailure=OnFailure(destination=arn:aws:iam:eu-west-1:000000000000:function:x)) is invalid.',
        ],
        [
          { FunctionName, MaximumRetryAttempts: 3 },
          400,
          'ValidationException',
          "1 validation error detected: Value '3' at 'maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 2",
        ],
      ] as const;
      for (const [params, ...expected] of refused) await fails(boto, [put, params], expected);
      await ok(boto, 'delete_function_event_invoke_config', { FunctionName }, 204);
      await fails(
        boto,
        ['get_function_event_invoke_config', { FunctionName }],
        [404, NOT_FOUND, `The function ${ARN}:events:$LATEST doesn't have an EventInvokeConfig`],
      );
    });

    it('reserves concurrency', async () => {
      const FunctionName = 'reserved';
      await create(FunctionName);
      const before = (await ok(boto, 'get_account_settings')).AccountLimit.UnreservedConcurrentExecutions;
      expect(await ok(boto, 'get_function_concurrency', { FunctionName })).toEqual({});
      expect(await ok(boto, 'put_function_concurrency', { FunctionName, ReservedConcurrentExecutions: 5 })).toEqual({
        ReservedConcurrentExecutions: 5,
      });
      expect(await ok(boto, 'get_function_concurrency', { FunctionName })).toEqual({ ReservedConcurrentExecutions: 5 });
      const limits = await ok(boto, 'get_account_settings');

      expect(limits.AccountLimit).toEqual({
        TotalCodeSize: 80530636800,
        CodeSizeUnzipped: 262144000,
        CodeSizeZipped: 52428800,
        ConcurrentExecutions: 1000,
        UnreservedConcurrentExecutions: before - 5,
      });
      expect(limits.AccountUsage.FunctionCount).toBeGreaterThan(0);
      await fails(
        boto,
        ['put_function_concurrency', { FunctionName, ReservedConcurrentExecutions: 901 }],
        [
          400,
          INVALID,
          "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
        ],
      );
      await fails(
        boto,
        ['put_function_concurrency', { FunctionName: 'reserved:live', ReservedConcurrentExecutions: 1 }],
        [
          400,
          INVALID,
          'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
        ],
      );
      await fails(
        boto,
        ['put_function_concurrency', { FunctionName: 'none', ReservedConcurrentExecutions: 1 }],
        [404, NOT_FOUND, `Function not found: ${ARN}:none`],
      );
      await ok(boto, 'delete_function_concurrency', { FunctionName }, 204);
      expect(await ok(boto, 'get_function_concurrency', { FunctionName })).toEqual({});
    });

    it('provisions real environments', async () => {
      const FunctionName = 'provisioned';
      await create(
        FunctionName,
        nodePackage('export const handler = async () => process.env.AWS_LAMBDA_INITIALIZATION_TYPE;'),
      );
      const address = { FunctionName, Qualifier: 'live' };
      await fails(
        boto,
        ['get_provisioned_concurrency_config', address],
        [
          404,
          'ProvisionedConcurrencyConfigNotFoundException',
          'No Provisioned Concurrency Config found for this function',
        ],
      );
      const put = await ok(
        boto,
        'put_provisioned_concurrency_config',
        { ...address, ProvisionedConcurrentExecutions: 2 },
        202,
      );
      expect(put).toEqual({
        RequestedProvisionedConcurrentExecutions: 2,
        AvailableProvisionedConcurrentExecutions: 0,
        AllocatedProvisionedConcurrentExecutions: 0,
        Status: 'IN_PROGRESS',
        LastModified: expect.stringMatching(/\+0000$/),
      });
      await expect
        .poll(async () => (await ok(boto, 'get_provisioned_concurrency_config', address)).Status, { timeout: 20_000 })
        .toBe('READY');
      expect(await ok(boto, 'get_provisioned_concurrency_config', address)).toMatchObject({
        AvailableProvisionedConcurrentExecutions: 2,
        AllocatedProvisionedConcurrentExecutions: 2,
      });
      expect((await ok(boto, 'invoke', address)).Payload).toBe('"provisioned-concurrency"');
      const listed = await ok(boto, 'list_provisioned_concurrency_configs', { FunctionName });
      expect(column(listed.ProvisionedConcurrencyConfigs, 'FunctionArn')).toEqual([`${ARN}:provisioned:live`]);
      const more = { ProvisionedConcurrentExecutions: 1 };
      const refused = [
        [
          { FunctionName, Qualifier: '1', ...more },
          409,
          'ResourceConflictException',
          'Version is pointed by a Provisioned Concurrency alias',
        ],
        [
          { FunctionName, Qualifier: '$LATEST', ...more },
          400,
          INVALID,
          'Provisioned Concurrency Configs cannot be applied to unpublished function versions.',
        ],
        [
          { FunctionName, Qualifier: 'noalias', ...more },
          404,
          NOT_FOUND,
          `Cannot find alias arn: ${ARN}:provisioned:noalias`,
        ],
        [{ FunctionName, Qualifier: '9', ...more }, 404, NOT_FOUND, `Function not found: ${ARN}:provisioned:9`],
        [
          { ...address, ProvisionedConcurrentExecutions: 0 },
          400,
          'ValidationException',
          "1 validation error detected: Value '0' at 'provisionedConcurrentExecutions' failed to satisfy constraint: Member must have value greater than or equal to 1",
        ],
        [
          { ...address, ProvisionedConcurrentExecutions: 1001 },
          400,
          INVALID,
          "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [1000].",
        ],
        [
          { ...address, ProvisionedConcurrentExecutions: 901 },
          400,
          INVALID,
          "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
        ],
      ] as const;
      for (const [params, ...expected] of refused)
        await fails(boto, ['put_provisioned_concurrency_config', params], expected);
      await fails(
        boto,
        ['put_function_concurrency', { FunctionName, ReservedConcurrentExecutions: 1 }],
        [
          400,
          INVALID,
          " ReservedConcurrentExecutions  1 should not be lower than function's total provisioned concurrency [2].",
        ],
      );
      await ok(boto, 'put_function_concurrency', { FunctionName, ReservedConcurrentExecutions: 2 });
      await fails(
        boto,
        ['put_provisioned_concurrency_config', { ...address, ProvisionedConcurrentExecutions: 3 }],
        [
          400,
          INVALID,
          'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
        ],
      );
      await ok(boto, 'delete_provisioned_concurrency_config', address, 204);
      await ok(boto, 'delete_provisioned_concurrency_config', address, 204);
      await ok(boto, 'put_provisioned_concurrency_config', { FunctionName, Qualifier: '1', ...more }, 202);
      await fails(
        boto,
        ['put_provisioned_concurrency_config', { ...address, ...more }],
        [
          409,
          'ResourceConflictException',
          "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
        ],
      );
    });

    it('says when provisioning fails', async () => {
      await create('broken', nodePackage('throw new Error("no init");'));
      const address = { FunctionName: 'broken', Qualifier: '1' };
      await ok(boto, 'put_provisioned_concurrency_config', { ...address, ProvisionedConcurrentExecutions: 1 }, 202);
      await expect
        .poll(async () => (await ok(boto, 'get_provisioned_concurrency_config', address)).Status, { timeout: 20_000 })
        .toBe('FAILED');
      expect((await ok(boto, 'get_provisioned_concurrency_config', address)).StatusReason).toBe(
        'FUNCTION_ERROR_INIT_FAILURE',
      );
      // What is provisioned counts against the account, and other tests count, too.
      await ok(boto, 'delete_provisioned_concurrency_config', address, 204);
    });

    it('gives functions URLs that answer', async () => {
      const FunctionName = 'urls';
      await create(FunctionName);
      const created = await ok(
        boto,
        'create_function_url_config',
        { FunctionName, AuthType: 'NONE', Cors: { AllowOrigins: ['*'] } },
        201,
      );
      expect(created).toEqual({
        FunctionUrl: expect.stringMatching(/^http:\/\/[a-z0-9]{32}\.lambda-url\.localhost:\d+\/$/),
        FunctionArn: `${ARN}:urls`,
        AuthType: 'NONE',
        Cors: { AllowOrigins: ['*'] },
        CreationTime: expect.stringMatching(/Z$/),
      });
      const found = await ok(boto, 'get_function_url_config', { FunctionName });
      expect(found).toMatchObject({
        InvokeMode: 'BUFFERED',
        LastModifiedTime: expect.any(String),
        FunctionUrl: created.FunctionUrl,
      });
      const { hostname } = new URL(created.FunctionUrl);
      const answer = await fetch(`${endpoint()}/lambda-url/${hostname.split('.')[0]}/some/path?x=1`);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ event: { rawPath: '/some/path', rawQueryString: 'x=1' } });
      const updated = await ok(boto, 'update_function_url_config', {
        FunctionName,
        AuthType: 'AWS_IAM',
        InvokeMode: 'RESPONSE_STREAM',
      });
      expect(updated).toMatchObject({ AuthType: 'AWS_IAM', InvokeMode: 'RESPONSE_STREAM' });
      expect(
        (await ok(boto, 'update_function_url_config', { FunctionName, AuthType: 'NONE' })).InvokeMode,
      ).toBeUndefined();
      expect((await ok(boto, 'get_function_url_config', { FunctionName })).InvokeMode).toBe('RESPONSE_STREAM');
      await ok(
        boto,
        'create_function_url_config',
        { FunctionName, Qualifier: 'live', AuthType: 'NONE', InvokeMode: 'BUFFERED' },
        201,
      );
      expect(
        column((await ok(boto, 'list_function_url_configs', { FunctionName })).FunctionUrlConfigs, 'FunctionArn'),
      ).toEqual([`${ARN}:urls`, `${ARN}:urls:live`]);
      await fails(
        boto,
        ['create_function_url_config', { FunctionName, AuthType: 'NONE' }],
        [
          409,
          'ResourceConflictException',
          `Failed to create function url config for [functionArn = ${ARN}:urls]. Error message:  FunctionUrlConfig exists for this Lambda function`,
        ],
      );
      await fails(
        boto,
        ['create_function_url_config', { FunctionName, Qualifier: '1', AuthType: 'NONE' }],
        [
          400,
          'ValidationException',
          "1 validation error detected: Value '1' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)",
        ],
      );
      await fails(
        boto,
        ['create_function_url_config', { FunctionName: 'none', AuthType: 'NONE' }],
        [404, NOT_FOUND, 'Function does not exist'],
      );
      await fails(
        boto,
        ['update_function_url_config', { FunctionName, InvokeMode: 'UNKNOWN' }],
        [
          400,
          'ValidationException',
          "1 validation error detected: Value 'UNKNOWN' at 'invokeMode' failed to satisfy constraint: Member must satisfy enum value set: [RESPONSE_STREAM, BUFFERED]",
        ],
      );
      await ok(boto, 'delete_alias', { FunctionName, Name: 'live' }, 204);
      await fails(
        boto,
        ['get_function_url_config', { FunctionName, Qualifier: 'live' }],
        [404, NOT_FOUND, 'The resource you requested does not exist.'],
      );
      await ok(boto, 'delete_function_url_config', { FunctionName }, 204);
      await fails(
        boto,
        ['delete_function_url_config', { FunctionName }],
        [404, NOT_FOUND, 'The resource you requested does not exist.'],
      );
    });

    it('tags functions', async () => {
      await create('tagged');
      const Resource = `${ARN}:tagged`;
      const before = await ok(boto, 'get_function_configuration', { FunctionName: 'tagged' });
      await ok(boto, 'tag_resource', { Resource, Tags: { a: '1', b: '2' } }, 204);
      expect((await ok(boto, 'get_function_configuration', { FunctionName: 'tagged' })).RevisionId).not.toBe(
        before.RevisionId,
      );
      await ok(boto, 'untag_resource', { Resource, TagKeys: ['a', 'absent'] }, 204);
      expect(await ok(boto, 'list_tags', { Resource })).toEqual({ Tags: { b: '2' } });
      const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, 'v']));
      await fails(
        boto,
        ['tag_resource', { Resource, Tags: many }],
        [400, INVALID, 'Number of tags exceeds resource tag limit.'],
      );
      await fails(
        boto,
        ['tag_resource', { Resource, Tags: {} }],
        [400, INVALID, 'An error occurred and the request cannot be processed.'],
      );
      await fails(
        boto,
        ['tag_resource', { Resource: `${Resource}:live`, Tags: { a: 'b' } }],
        [400, INVALID, 'Tags on function aliases and versions are not supported. Please specify a function ARN.'],
      );
      await fails(
        boto,
        ['list_tags', { Resource: `${ARN}:none` }],
        [404, NOT_FOUND, `Function not found: ${ARN}:none`],
      );
      await fails(
        boto,
        ['list_tags', { Resource: `${SCOPE}:event-source-mapping:00000000-0000-0000-0000-000000000000` }],
        [
          404,
          NOT_FOUND,
          `Event source mapping not found: ${SCOPE}:event-source-mapping:00000000-0000-0000-0000-000000000000`,
        ],
      );
      await fails(
        boto,
        ['list_tags', { Resource: 'arn:aws:something' }],
        [400, 'ValidationException', /^1 validation error detected: Value 'arn:aws:something' at 'resource' failed/],
      );
      await fails(
        boto,
        ['untag_resource', { Resource }],
        [
          400,
          'ValidationException',
          "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null",
        ],
      );
    });

    it('keeps code signing configs', async () => {
      await create('signed');
      const AllowedPublishers = {
        SigningProfileVersionArns: ['arn:aws:signer:eu-west-1:000000000000:/signing-profiles/p'],
      };
      const { CodeSigningConfig: config } = await ok(
        boto,
        'create_code_signing_config',
        { AllowedPublishers, Description: 'd' },
        201,
      );
      expect(config).toMatchObject({
        CodeSigningConfigId: expect.stringMatching(/^csc-[a-z0-9]{17}$/),
        CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Warn' },
        Description: 'd',
      });
      const CodeSigningConfigArn = config.CodeSigningConfigArn;
      expect(
        (
          await ok(boto, 'update_code_signing_config', {
            CodeSigningConfigArn,
            CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Enforce' },
          })
        ).CodeSigningConfig.CodeSigningPolicies,
      ).toEqual({ UntrustedArtifactOnDeployment: 'Enforce' });
      expect((await ok(boto, 'get_code_signing_config', { CodeSigningConfigArn })).CodeSigningConfig.Description).toBe(
        'd',
      );
      expect(await ok(boto, 'get_function_code_signing_config', { FunctionName: 'signed' })).toEqual({});
      expect(
        await ok(boto, 'put_function_code_signing_config', { FunctionName: 'signed', CodeSigningConfigArn }),
      ).toEqual({ FunctionName: 'signed', CodeSigningConfigArn });
      expect((await ok(boto, 'list_functions_by_code_signing_config', { CodeSigningConfigArn })).FunctionArns).toEqual([
        `${ARN}:signed`,
      ]);
      await fails(
        boto,
        ['delete_code_signing_config', { CodeSigningConfigArn }],
        [409, 'ResourceConflictException', /still use it/],
      );
      await ok(boto, 'delete_function_code_signing_config', { FunctionName: 'signed' }, 204);
      expect(column((await ok(boto, 'list_code_signing_configs')).CodeSigningConfigs, 'CodeSigningConfigArn')).toEqual([
        CodeSigningConfigArn,
      ]);
      await ok(boto, 'delete_code_signing_config', { CodeSigningConfigArn }, 204);
      await fails(
        boto,
        ['get_code_signing_config', { CodeSigningConfigArn }],
        [404, NOT_FOUND, `The Lambda code signing configuration ${CodeSigningConfigArn} can not be found.`],
      );
      await fails(
        boto,
        ['put_function_code_signing_config', { FunctionName: 'signed', CodeSigningConfigArn }],
        [
          404,
          'CodeSigningConfigNotFoundException',
          `The code signing configuration cannot be found. Check that the provided configuration is not deleted: ${CodeSigningConfigArn}.`,
        ],
      );
    });

    it('keeps runtime management, recursion and scaling settings', async () => {
      const FunctionName = 'controls';
      await create(FunctionName);
      expect(await ok(boto, 'get_runtime_management_config', { FunctionName })).toEqual({
        UpdateRuntimeOn: 'Auto',
        FunctionArn: `${ARN}:controls`,
      });
      await fails(
        boto,
        ['put_runtime_management_config', { FunctionName, UpdateRuntimeOn: 'Manual' }],
        [400, INVALID, /RuntimeVersionArn/],
      );
      const RuntimeVersionArn = `arn:aws:lambda:eu-west-1::runtime:${'a'.repeat(64)}`;
      expect(
        await ok(boto, 'put_runtime_management_config', { FunctionName, UpdateRuntimeOn: 'Manual', RuntimeVersionArn }),
      ).toEqual({ UpdateRuntimeOn: 'Manual', RuntimeVersionArn, FunctionArn: `${ARN}:controls` });
      expect(await ok(boto, 'get_function_recursion_config', { FunctionName })).toEqual({ RecursiveLoop: 'Terminate' });
      expect(await ok(boto, 'put_function_recursion_config', { FunctionName, RecursiveLoop: 'Allow' })).toEqual({
        RecursiveLoop: 'Allow',
      });
      expect(await ok(boto, 'get_function_recursion_config', { FunctionName })).toEqual({ RecursiveLoop: 'Allow' });
      await fails(
        boto,
        ['put_function_recursion_config', { FunctionName, RecursiveLoop: 'InvalidValue' }],
        [
          400,
          'ValidationException',
          "1 validation error detected: Value 'InvalidValue' at 'recursiveLoop' failed to satisfy constraint: Member must satisfy enum value set: [Terminate, Allow]",
        ],
      );
      await ok(
        boto,
        'put_function_scaling_config',
        {
          FunctionName,
          Qualifier: '1',
          FunctionScalingConfig: { MinExecutionEnvironments: 1, MaxExecutionEnvironments: 3 },
        },
        202,
      );
      expect(await ok(boto, 'get_function_scaling_config', { FunctionName, Qualifier: '1' })).toMatchObject({
        RequestedFunctionScalingConfig: { MinExecutionEnvironments: 1, MaxExecutionEnvironments: 3 },
      });
    });

    it('keeps event source mappings', async () => {
      const FunctionName = 'sourced';
      await create(FunctionName);
      const EventSourceArn = 'arn:aws:dynamodb:eu-west-1:000000000000:table/t/stream/2026-01-01T00:00:00.000';
      const created = await ok(
        boto,
        'create_event_source_mapping',
        { FunctionName, EventSourceArn, StartingPosition: 'LATEST', Enabled: false },
        202,
      );
      expect(created).toEqual({
        UUID: expect.stringMatching(/^[0-9a-f-]{36}$/),
        EventSourceMappingArn: `${SCOPE}:event-source-mapping:${created.UUID}`,
        BatchSize: 100,
        MaximumBatchingWindowInSeconds: 0,
        ParallelizationFactor: 1,
        EventSourceArn,
        FunctionArn: `${ARN}:sourced`,
        LastModified: expect.any(String),
        LastProcessingResult: 'No records processed',
        State: 'Disabled',
        StateTransitionReason: 'User action',
        StartingPosition: 'LATEST',
        MaximumRecordAgeInSeconds: -1,
        BisectBatchOnFunctionError: false,
        MaximumRetryAttempts: -1,
        TumblingWindowInSeconds: 0,
        DestinationConfig: { OnFailure: {} },
        FunctionResponseTypes: [],
      });
      const { UUID } = created;
      const updated = await ok(boto, 'update_event_source_mapping', { UUID, BatchSize: 20 }, 202);
      expect(updated).toMatchObject({ State: 'Updating', BatchSize: 20 });
      expect(await ok(boto, 'get_event_source_mapping', { UUID })).toMatchObject({ State: 'Disabled', BatchSize: 20 });
      expect(
        column((await ok(boto, 'list_event_source_mappings', { FunctionName })).EventSourceMappings, 'UUID'),
      ).toEqual([UUID]);
      const again = { FunctionName, EventSourceArn, StartingPosition: 'LATEST' };
      const sqs = 'arn:aws:sqs:eu-west-1:000000000000:q';
      const refused = [
        [
          again,
          409,
          'ResourceConflictException',
          `The event source arn (" ${EventSourceArn} ") and function (" sourced ") provided mapping already exists. Please update or delete the existing mapping with UUID ${UUID}`,
        ],
        [
          { FunctionName, EventSourceArn },
          400,
          INVALID,
          "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
        ],
        [
          { ...again, StartingPosition: 'AT_TIMESTAMP' },
          400,
          INVALID,
          `Unsupported starting position for arn type: ${EventSourceArn}`,
        ],
        [
          { ...again, StartingPosition: 'invalid' },
          400,
          'ValidationException',
          "1 validation error detected: Value 'invalid' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]",
        ],
        [{ FunctionName }, 400, INVALID, 'Unrecognized event source.'],
        [{ ...again, FunctionName: 'none' }, 400, INVALID, 'Function does not exist'],
        [
          { FunctionName, EventSourceArn: sqs, FilterCriteria: { Filters: [{ Pattern: '"text"' }] } },
          400,
          INVALID,
          'Invalid filter pattern definition.',
        ],
        [
          { FunctionName, EventSourceArn: sqs, BatchSize: 11 },
          400,
          INVALID,
          'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
        ],
        [
          { FunctionName, EventSourceArn: sqs, DestinationConfig: { OnFailure: { Destination: sqs } } },
          400,
          INVALID,
          'Unsupported DestinationConfig parameter for given event source mapping type.',
        ],
      ] as const;
      for (const [params, ...expected] of refused) await fails(boto, ['create_event_source_mapping', params], expected);
      expect((await ok(boto, 'delete_event_source_mapping', { UUID }, 202)).State).toBe('Deleting');
      await fails(
        boto,
        ['get_event_source_mapping', { UUID }],
        [404, NOT_FOUND, 'The resource you requested does not exist.'],
      );
    });

    it('names the operations that it does not have', async () => {
      const answer = await boto.call('list_capacity_providers');
      expect(answer).toMatchObject({
        error: 'NotImplementedException',
        message: expect.stringContaining('ListCapacityProviders'),
        raw: { status: 501 },
      });
    });
  },
);
