/**
 * The program that runs inside the process of a Node.js function: it loads the handler, asks the
 * Runtime API for events and reports what the handler returns or throws.
 */
import { installAwslambdaGlobal } from './awslambda-global.js';
import { runCallbackLoop } from './callback-loop.js';
import { patchConsole } from './console-patch.js';
import { offerGarbageCollector } from './garbage-collector.js';
import { GlobalInvocationRecord, StoredInvocationRecord } from './invocation-record.js';
import { runPromiseLoop } from './promise-loop.js';
import { RuntimeApiClient } from './runtime-api-client.js';
import { takeRuntimeSettings } from './runtime-settings.js';

const settings = takeRuntimeSettings(process.env);
const client = new RuntimeApiClient(settings);
offerGarbageCollector();

if (settings.generation === 4) {
  const record = new StoredInvocationRecord();
  if (settings.hasAwslambdaGlobal) installAwslambdaGlobal({ InvokeStore: record.store });
  // Not awaited: when nothing is left to do the process ends with 0 and not with Node's 13 for an unsettled await.
  void runPromiseLoop({ settings, client, record, logError: patchConsole(settings, record) });
} else {
  const record = new GlobalInvocationRecord();
  if (settings.hasAwslambdaGlobal) installAwslambdaGlobal({});
  await runCallbackLoop({ settings, client, record, logError: patchConsole(settings, record) });
}
