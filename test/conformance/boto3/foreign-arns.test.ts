import { describe, expect, it } from 'vitest';
import { ECHO, ROLE } from '../../service/local-service-kit.js';
import { boto3Missing, bytes } from './boto3-client.js';
import { fails, ok } from './expectations.js';
import { useBoto3 } from './use-boto3.js';

const missing = boto3Missing();
const NOT_FOUND = 'ResourceNotFoundException';
const NOTHING = 'The resource you requested does not exist.';
const LOCAL = 'arn:aws:lambda:eu-west-1:000000000000';
const CONTENT = { Content: { ZipFile: bytes(ECHO) } };

describe.skipIf(missing !== undefined).each([
  ['region', 'arn:aws:lambda:us-east-1:000000000000'],
  ['account', 'arn:aws:lambda:eu-west-1:999999999999'],
])(`the ARN of another %s, through boto3${missing === undefined ? '' : `: ${missing}`}`, (_, foreign) => {
  const { boto } = useBoto3();

  it('leads to no layer, and changes none', async () => {
    await ok(boto, 'publish_layer_version', { LayerName: 'shared', ...CONTENT }, 201);
    const LayerName = `${foreign}:layer:shared`;
    const version = { LayerName, VersionNumber: 1 };
    const statement = { ...version, StatementId: 's', Action: 'lambda:GetLayerVersion', Principal: '*' };
    await fails(boto, ['get_layer_version', version], [404, NOT_FOUND, NOTHING]);
    await fails(boto, ['get_layer_version_by_arn', { Arn: `${LayerName}:1` }], [404, NOT_FOUND, NOTHING]);
    await fails(boto, ['publish_layer_version', { LayerName, ...CONTENT }], [404, NOT_FOUND, NOTHING]);
    const noVersion = [404, NOT_FOUND, `Layer version ${LayerName}:1 does not exist.`] as const;
    await fails(boto, ['add_layer_version_permission', statement], noVersion);
    await fails(boto, ['get_layer_version_policy', version], noVersion);
    expect((await ok(boto, 'list_layer_versions', { LayerName })).LayerVersions).toEqual([]);
    await ok(boto, 'delete_layer_version', version, 204);
    const listed = await ok(boto, 'list_layer_versions', { LayerName: 'shared' });
    expect(listed.LayerVersions).toHaveLength(1);
  });

  it('leads to no code signing config, and changes none', async () => {
    const publishers = { SigningProfileVersionArns: ['arn:aws:signer:eu-west-1:000000000000:/signing-profiles/p'] };
    const created = await ok(boto, 'create_code_signing_config', { AllowedPublishers: publishers }, 201);
    const local = created.CodeSigningConfig.CodeSigningConfigArn;
    const CodeSigningConfigArn = local.replace(LOCAL, foreign);
    const nothing = [
      404,
      NOT_FOUND,
      `The Lambda code signing configuration ${CodeSigningConfigArn} can not be found.`,
    ] as const;
    await fails(boto, ['get_code_signing_config', { CodeSigningConfigArn }], nothing);
    await fails(boto, ['update_code_signing_config', { CodeSigningConfigArn, Description: 'd' }], nothing);
    await fails(boto, ['delete_code_signing_config', { CodeSigningConfigArn }], nothing);
    const tagging = { Resource: CodeSigningConfigArn, Tags: { a: 'b' } };
    const noTags = [404, NOT_FOUND, `Code signing config not found: ${CodeSigningConfigArn}`] as const;
    await fails(boto, ['tag_resource', tagging], noTags);
    const found = await ok(boto, 'get_code_signing_config', { CodeSigningConfigArn: local });
    expect(found).toEqual({ CodeSigningConfig: created.CodeSigningConfig });
    expect(await ok(boto, 'list_tags', { Resource: local })).toEqual({ Tags: {} });
  });

  it('leads to no event source mapping, and changes none', async () => {
    const FunctionName = 'sourced';
    const basics = { FunctionName, Role: ROLE, Runtime: 'nodejs24.x', Handler: 'index.handler' };
    await ok(boto, 'create_function', { ...basics, Code: CONTENT.Content }, 201);
    const EventSourceArn = 'arn:aws:kinesis:eu-west-1:000000000000:stream/s';
    const mapping = { FunctionName, EventSourceArn, StartingPosition: 'LATEST', Enabled: false, Tags: { a: '1' } };
    const { EventSourceMappingArn } = await ok(boto, 'create_event_source_mapping', mapping, 202);
    const Resource = EventSourceMappingArn.replace(LOCAL, foreign);
    const nothing = [404, NOT_FOUND, `Event source mapping not found: ${Resource}`] as const;
    await fails(boto, ['list_tags', { Resource }], nothing);
    await fails(boto, ['tag_resource', { Resource, Tags: { b: '2' } }], nothing);
    await fails(boto, ['untag_resource', { Resource, TagKeys: ['a'] }], nothing);
    expect(await ok(boto, 'list_tags', { Resource: EventSourceMappingArn })).toEqual({ Tags: { a: '1' } });
  });
});
