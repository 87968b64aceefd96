import { greet } from './greeting.mjs';

/**
 * Answers with a greeting.
 * @param {{ name?: string }} event
 * @param {{ awsRequestId: string }} context
 */
export async function handler(event, context) {
  const name = event?.name ?? 'World';
  console.log(`greeting ${name}`);
  return { message: greet(process.env.GREETING ?? 'Hello', name), requestId: context.awsRequestId };
}
