import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Answers the requests of one API of the environment. Returns false for a path that is not its own;
 * `path` is without the query. A router that returns true has answered or will.
 */
export type EnvironmentRouter = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;
