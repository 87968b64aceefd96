import * as v from 'valibot';
import { greet } from './greeting.ts';

const Event = v.object({
  name: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1)), 'World'),
});

interface Context {
  readonly awsRequestId: string;
}

export interface Greeting {
  readonly message: string;
  readonly requestId: string;
}

/** Answers with a greeting; an event that does not fit `Event` is a function error. */
export async function handler(event: unknown, context: Context): Promise<Greeting> {
  const { name } = v.parse(Event, event ?? {});
  console.log(`greeting ${name}`);
  return { message: greet(process.env.GREETING ?? 'Hello', name), requestId: context.awsRequestId };
}
