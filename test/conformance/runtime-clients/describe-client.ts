import { describe, expect, it } from 'vitest';
import type { InstalledClient } from './client-cache.js';
import { type ClientFunctionOptions, startClientFunction } from './client-function.js';

/** The function ARN of test invocations. */
const ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:fn';

/** What one client's answers look like. */
export interface ClientExpectations {
  /** How a function with this client is started, from its folder. */
  start(folder: string): ClientFunctionOptions;
  /** The payload of an error that the handler raises with the message `boom`. */
  readonly handlerError: object;
  /** The payload when the function cannot be initialised (FAIL_INIT is set). */
  readonly initError: object;
  /** More tests of this client; `start` is the function above with variables. */
  more?(start: (environment?: Readonly<Record<string, string>>) => ReturnType<typeof startClientFunction>): void;
}

/** Tests that every runtime client must pass: success, error, failed init, big payloads. */
export function describeClient(name: string, client: InstalledClient, expectations: ClientExpectations): void {
  const isMissing = client.folder === undefined;
  describe.skipIf(isMissing)(isMissing ? `${name} (skipped: ${client.missing})` : name, () => {
    const start = (environment: Readonly<Record<string, string>> = {}) => {
      const options = expectations.start(client.folder ?? '');
      return startClientFunction({ ...options, environment: { ...options.environment, ...environment } });
    };

    it('answers event after event from one process', async () => {
      const fn = await start();
      for (const value of [{ a: [1, null] }, 'ünïcödé ✓ 🚀', 'x'.repeat(5_000)]) {
        const { outcome, json, requestId } = await fn.invoke({ do: 'echo', value });
        expect({ json, error: outcome.functionError }).toEqual({
          json: { got: value, requestId, arn: ARN },
          error: undefined,
        });
      }
    });

    it('reports an error of the handler and goes on', async () => {
      const fn = await start();
      const { outcome, json } = await fn.invoke({ do: 'fail' });
      expect(outcome.functionError).toBe('Unhandled');
      expect(json).toMatchObject(expectations.handlerError);
      expect((await fn.invoke({ do: 'echo', value: 1 })).json).toMatchObject({ got: 1 });
    });

    it('carries big payloads both ways', async () => {
      const fn = await start();
      const answer = (await fn.invoke({ do: 'big' })).json;
      // Compared by hand: a diff of such texts would be as long.
      expect(answer === 'x'.repeat(5_900_000)).toBe(true);
      const sent = 'y'.repeat(5_900_000);
      const echoed = (await fn.invoke({ do: 'echo', value: sent })).json as { got?: unknown } | undefined;
      expect(echoed?.got === sent).toBe(true);
    });

    it('fails every invocation when init fails', async () => {
      const fn = await start({ FAIL_INIT: '1' });
      for (let round = 0; round < 2; round += 1) {
        const { outcome, json } = await fn.invoke({});
        expect(outcome.functionError).toBe('Unhandled');
        expect(json).toMatchObject(expectations.initError);
      }
    });

    expectations.more?.(start);
  });
}
