import { timingSafeEqual } from 'node:crypto';
import type { EnvironmentRouter } from './environment-router.js';
import { replyJson } from './replies.js';

/** What the metadata endpoint of one environment answers. */
export interface EnvironmentMetadata {
  /** The value of AWS_LAMBDA_METADATA_TOKEN. */
  readonly token: string;
  /** Such as `use1-az1`. */
  readonly availabilityZoneId: string;
}

const PATH = '/2026-01-15/metadata/execution-environment';

/** The execution environment metadata endpoint (Lambda developer guide, "Execution environment metadata"). */
export function createMetadataRouter({ token, availabilityZoneId }: EnvironmentMetadata): EnvironmentRouter {
  const expected = Buffer.from(`Bearer ${token}`);
  return (request, response, path) => {
    if (path !== PATH) return false;
    const given = Buffer.from(request.headers.authorization ?? '');
    if (request.method !== 'GET') {
      replyJson(response, 405, { errorMessage: 'Method Not Allowed', errorType: 'MethodNotAllowed' });
    } else if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      replyJson(response, 401, { errorMessage: 'Unauthorized', errorType: 'Unauthorized' });
    } else {
      response.setHeader('Cache-Control', 'private, max-age=43200, immutable');
      replyJson(response, 200, { AvailabilityZoneID: availabilityZoneId });
    }
    return true;
  };
}
