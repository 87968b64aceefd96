import { Lambda } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECHO, ROLE, startTestService, type TestService } from '../../service/local-service-kit.js';
import { Boto3, boto3Missing, bytes } from './boto3-client.js';
import { fillBucket } from './code-bucket.js';
import { fails, ok } from './expectations.js';

const missing = boto3Missing();
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

describe.skipIf(missing !== undefined)(
  `where code comes from, through boto3${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    let service: TestService;
    let boto: Boto3;
    beforeAll(async () => {
      service = await startTestService();
      boto = new Boto3(service.endpoint);
      await fillBucket(service, { 'fn.zip': ECHO });
    });
    afterAll(async () => {
      await boto?.dispose();
      await service?.dispose();
      expect(service?.bugs).toEqual([]);
    });

    const FROM_S3 = { S3Bucket: 'bucket', S3Key: 'fn.zip' };
    const create = (FunctionName: string, Code: object) =>
      ok(
        boto,
        'create_function',
        { FunctionName, Role: ROLE, Runtime: 'nodejs24.x', Handler: 'index.handler', Code },
        201,
      );
    const codeOf = async (FunctionName: string) => (await ok(boto, 'get_function', { FunctionName })).Code;

    it('tells the key of a package, until it is replaced by one without', async () => {
      const SourceKMSKeyArn = 'arn:aws:kms:eu-west-1:000000000000:key/1';
      await create('keyed', { ZipFile: bytes(ECHO), SourceKMSKeyArn });
      expect(await codeOf('keyed')).toMatchObject({ RepositoryType: 'S3', SourceKMSKeyArn });
      await ok(boto, 'update_function_code', { FunctionName: 'keyed', ZipFile: bytes(ECHO) });
      expect(await codeOf('keyed')).not.toHaveProperty('SourceKMSKeyArn');
    });

    it('tells the object of a package that is referenced, not of one that is copied', async () => {
      await create('copied', FROM_S3);
      expect(await codeOf('copied')).not.toHaveProperty('ResolvedS3Object');
      // Newer than many an installed boto3: the SDK for JavaScript has it.
      const client = new Lambda({ endpoint: service.endpoint, region: 'eu-west-1', credentials });
      const settings = { Role: ROLE, Runtime: 'nodejs24.x', Handler: 'index.handler' } as const;
      const Code = { ...FROM_S3, S3ObjectStorageMode: 'REFERENCE' } as const;
      await client.createFunction({ FunctionName: 'referenced', ...settings, Code });
      const found = await client.getFunction({ FunctionName: 'referenced' });
      client.destroy();
      expect(found.Code?.ResolvedS3Object).toEqual(FROM_S3);
      expect((await ok(boto, 'invoke', { FunctionName: 'referenced' })).StatusCode).toBe(200);
    });

    it('is one place', async () => {
      const Code = { ZipFile: bytes(ECHO), ...FROM_S3 };
      const both = { FunctionName: 'both', Role: ROLE, Runtime: 'nodejs24.x', Handler: 'index.handler', Code };
      const text = 'Please do not provide other FunctionCode parameters when providing a ZipFile.';
      await fails(boto, ['create_function', both], [400, 'InvalidParameterValueException', text]);
    });
  },
);
