import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ECHO, ROLE, startTestService, type TestService } from '../../service/local-service-kit.js';
import { Boto3, boto3Missing, bytes } from './boto3-client.js';
import { fails, ok } from './expectations.js';

const missing = boto3Missing();
const INVALID = 'InvalidParameterValueException';
const PUT = 'put_provisioned_concurrency_config';
const below = (member: string) =>
  `Specified ${member} for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].`;

describe.skipIf(missing !== undefined)(
  `the concurrency of an account through boto3${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    let service: TestService;
    let boto: Boto3;
    let regions = 0;
    beforeAll(async () => {
      // 110 more than the account keeps free.
      service = await startTestService({ concurrentExecutions: 210 });
    });
    afterEach(() => boto?.dispose());
    afterAll(async () => {
      await service?.dispose();
      expect(service?.bugs).toEqual([]);
    });

    /** Each test has a region of its own, because limits count per region. */
    const inNewRegion = async (...names: readonly string[]) => {
      regions += 1;
      boto = new Boto3(service.endpoint, `eu-west-${regions}`);
      for (const FunctionName of names) await create(FunctionName);
    };
    const create = async (FunctionName: string, more: Record<string, unknown> = {}) => {
      const basics = { FunctionName, Role: ROLE, Runtime: 'nodejs24.x', Handler: 'index.handler' };
      await ok(boto, 'create_function', { ...basics, Code: { ZipFile: bytes(ECHO) }, Publish: true, ...more }, 201);
    };
    const provision = (FunctionName: string, ProvisionedConcurrentExecutions: number, Qualifier = '1') => ({
      FunctionName,
      Qualifier,
      ProvisionedConcurrentExecutions,
    });
    const reserve = (FunctionName: string, ReservedConcurrentExecutions: number) => ({
      FunctionName,
      ReservedConcurrentExecutions,
    });

    it('is taken by what is provisioned for any function without a reservation', async () => {
      await inNewRegion('one', 'two');
      await ok(boto, 'update_function_configuration', { FunctionName: 'two', Timeout: 9 });
      await ok(boto, 'publish_version', { FunctionName: 'two' }, 201);
      await ok(boto, PUT, provision('one', 2), 202);
      await ok(boto, PUT, provision('two', 3), 202);
      // 2 and 3 are taken: 205 are left.
      await fails(
        boto,
        [PUT, provision('two', 206, '2')],
        [
          400,
          INVALID,
          "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [205].",
        ],
      );
      await fails(boto, [PUT, provision('two', 106, '2')], [400, INVALID, below('ConcurrentExecutions')]);
      const REFUSED = [400, INVALID, below('ReservedConcurrentExecutions')] as const;
      await fails(boto, ['put_function_concurrency', reserve('one', 108)], REFUSED);
      // What is provisioned for the function itself lies in its reservation and does not count beside it.
      await ok(boto, 'put_function_concurrency', reserve('one', 107));
      await fails(boto, [PUT, provision('two', 4)], [400, INVALID, below('ConcurrentExecutions')]);
      await ok(boto, PUT, provision('two', 1), 202);
      await ok(boto, PUT, provision('two', 2), 202);
    });

    it('is not provisioned for a version with SnapStart', async () => {
      await inNewRegion();
      await create('snapped', { Runtime: 'python3.13', SnapStart: { ApplyOn: 'PublishedVersions' } });
      await ok(boto, 'create_alias', { FunctionName: 'snapped', Name: 'live', FunctionVersion: '1' }, 201);
      for (const qualifier of ['1', 'live']) {
        await fails(
          boto,
          [PUT, provision('snapped', 1, qualifier)],
          [400, INVALID, 'Provisioned Concurrency is not supported for SnapStart enabled functions.'],
        );
      }
    });

    it('is asked for by ARN, and the answer names what is missing', async () => {
      await inNewRegion('there');
      const arn = (name: string) => `arn:aws:lambda:eu-west-${regions}:000000000000:function:${name}`;
      for (const name of ['there', 'nobody']) {
        await fails(
          boto,
          [PUT, provision(arn(name), 1, 'live')],
          [404, 'ResourceNotFoundException', `Cannot find alias arn: ${arn(name)}:live`],
        );
      }
      await fails(
        boto,
        ['create_alias', { FunctionName: arn('nobody'), Name: 'live', FunctionVersion: '1' }],
        [404, 'ResourceNotFoundException', `Function not found: ${arn('nobody')}:1`],
      );
    });
  },
);
