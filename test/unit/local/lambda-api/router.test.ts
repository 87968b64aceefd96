import { describe, expect, it } from 'vitest';
import { loadOperationSchemas } from '../../../../src/local/lambda-api/operation-schemas.js';
import { createRouter } from '../../../../src/local/lambda-api/router.js';
import { loadModel } from '../../../conformance/response-schema.js';

const operations = await loadOperationSchemas();
const router = createRouter(operations);
const model = loadModel();

describe('createRouter', () => {
  it.each([
    ['GET', '/2015-03-31/functions', '', 'ListFunctions', {}],
    ['GET', '/2015-03-31/functions/', '', 'ListFunctions', {}],
    ['POST', '/2015-03-31/functions', '', 'CreateFunction', {}],
    [
      'GET',
      '/2015-03-31/functions/arn%3Aaws%3Alambda%3Ar%3A0%3Afunction%3Af',
      '',
      'GetFunction',
      { FunctionName: 'arn:aws:lambda:r:0:function:f' },
    ],
    [
      'GET',
      '/2015-03-31/functions/arn:aws:lambda:r:0:function:f',
      '',
      'GetFunction',
      { FunctionName: 'arn:aws:lambda:r:0:function:f' },
    ],
    ['POST', '/2014-11-13/functions/f/invoke-async/', '', 'InvokeAsync', { FunctionName: 'f' }],
    ['GET', '/2018-10-31/layers', 'find=LayerVersion&Arn=x', 'GetLayerVersionByArn', {}],
    ['GET', '/2018-10-31/layers', '', 'ListLayers', {}],
    [
      'GET',
      '/2019-09-30/functions/f/provisioned-concurrency',
      'List=ALL',
      'ListProvisionedConcurrencyConfigs',
      { FunctionName: 'f' },
    ],
    [
      'GET',
      '/2019-09-30/functions/f/provisioned-concurrency',
      'Qualifier=1',
      'GetProvisionedConcurrencyConfig',
      { FunctionName: 'f' },
    ],
    ['GET', '/2016-08-19/account-settings/', '', 'GetAccountSettings', {}],
  ])('%s %s?%s is %s', (method, pathname, query, name, labels) => {
    const match = router.match(method, pathname, new URLSearchParams(query));
    expect(match?.operation.name).toBe(name);
    expect(match?.labels).toEqual(labels);
  });

  it.each([
    ['GET', '/'],
    ['GET', '/2015-03-31/functions/f/nothing'],
    ['PATCH', '/2015-03-31/functions'],
    ['GET', '/2015-03-31/functions/%E0%A4%A'],
  ])('%s %s is no operation', (method, pathname) => {
    expect(router.match(method, pathname, new URLSearchParams())).toBeUndefined();
  });

  it.skipIf(model === undefined)(
    'knows every operation of the API model (which must lie beside the repository)',
    () => {
      const known = new Set(operations.map(({ name }) => name));
      expect(Object.keys(model?.operations ?? {}).filter((name) => !known.has(name))).toEqual([]);
    },
  );
});
