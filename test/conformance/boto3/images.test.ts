import { describe, expect, it } from 'vitest';
import { ECHO, ROLE } from '../../service/local-service-kit.js';
import { boto3Missing, bytes } from './boto3-client.js';
import { fails, ok } from './expectations.js';
import { useBoto3 } from './use-boto3.js';

const missing = boto3Missing();
const REPOSITORY = '000000000000.dkr.ecr.eu-west-1.amazonaws.com/repo';
const IMAGE = { PackageType: 'Image', Role: ROLE, Code: { ImageUri: `${REPOSITORY}:v1` } };
const INVALID = 'InvalidParameterValueException';

describe.skipIf(missing !== undefined)(
  `container images through boto3${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    const { boto } = useBoto3();

    it('have a digest for hash, no runtime, and a new version for a new image', async () => {
      const ImageConfig = { EntryPoint: ['a'], Command: ['b'], WorkingDirectory: '/c' };
      const FunctionName = 'image';
      const created = await ok(boto, 'create_function', { FunctionName, ...IMAGE, ImageConfig, Publish: true }, 201);
      expect(created).toMatchObject({
        PackageType: 'Image',
        CodeSize: 0,
        CodeSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        ImageConfigResponse: { ImageConfig },
        Version: '1',
      });
      for (const member of ['Runtime', 'Handler', 'RuntimeVersionConfig', 'Layers']) {
        expect(created).not.toHaveProperty(member);
      }
      const { Code } = await ok(boto, 'get_function', { FunctionName });
      expect(Code).toEqual({
        RepositoryType: 'ECR',
        ImageUri: `${REPOSITORY}:v1`,
        ResolvedImageUri: `${REPOSITORY}@sha256:${created.CodeSha256}`,
      });
      const digest = 'a'.repeat(64);
      const updated = await ok(boto, 'update_function_code', {
        FunctionName,
        ImageUri: `${REPOSITORY}@sha256:${digest}`,
        Publish: true,
      });
      expect(updated).toMatchObject({ CodeSha256: digest, Version: '2' });
      const emptied = await ok(boto, 'update_function_configuration', { FunctionName, ImageConfig: {} });
      expect(emptied).not.toHaveProperty('ImageConfigResponse');
    });

    it('say to their caller that they cannot run', async () => {
      await ok(boto, 'create_function', { FunctionName: 'called', ...IMAGE }, 201);
      const { FunctionError, Payload } = await ok(boto, 'invoke', { FunctionName: 'called' });
      expect(FunctionError).toBe('Unhandled');
      expect(JSON.parse(Payload)).toMatchObject({
        errorType: 'Runtime.InvalidEntrypoint',
        errorMessage: expect.stringContaining('Container images cannot run locally'),
      });
    });

    it.each([
      [
        { Handler: 'a.b' },
        "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.",
      ],
      [{ Code: { ZipFile: bytes(ECHO) } }, /^Please provide ImageUri/],
      [{ PackageType: 'Zip', Runtime: 'nodejs24.x', Handler: 'a.b' }, 'Please provide a source for function code.'],
      [
        { PackageType: 'Zip' },
        'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
      ],
    ])('are refused with %j', async (more, text) => {
      await fails(boto, ['create_function', { FunctionName: 'refused', ...IMAGE, ...more }], [400, INVALID, text]);
    });
  },
);
