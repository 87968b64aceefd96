import { expect, it } from 'vitest';
import type { ActionContext } from '../../../src/actions/action-context.js';
import { listFunctionConfigs } from '../../../src/actions/function-configs.js';

it('reads the configurations of a function to the last page, in the spelling of this project', async () => {
  const context = { project: async () => ({ functionKeys: [] }), lambda: async () => ({}) } as unknown as ActionContext;
  const requests: object[] = [];
  const configs = await listFunctionConfigs('hello:live', context, async (_calls, request) => {
    requests.push(request);
    return request.Marker === undefined
      ? { items: [{ FunctionArn: 'first', KMSKeyArn: undefined }], next: 'second page' }
      : { items: [{ FunctionArn: 'second' }], next: undefined };
  });
  expect(configs).toEqual([{ functionArn: 'first' }, { functionArn: 'second' }]);
  expect(requests).toEqual([{ FunctionName: 'hello' }, { FunctionName: 'hello', Marker: 'second page' }]);
});
