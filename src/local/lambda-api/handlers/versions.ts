import type { ListVersionsByFunctionRequest, PublishVersionRequest } from '@aws-sdk/client-lambda';
import { describeForList, describeVersion } from '../../core/catalog/describe-function.js';
import { paginate } from '../../core/catalog/paginate.js';
import { publishVersion } from '../../core/catalog/publish-version.js';
import type { VersionRecord } from '../../core/catalog/records.js';
import { requireSettled } from '../../core/catalog/version-state.js';
import { requireCodeStorage } from '../code-storage.js';
import { changeFunction, findFunction } from '../function-records.js';
import { type ApiServices, type Handlers, handler } from '../services.js';

/** PublishVersion and ListVersionsByFunction. */
export function versionHandlers(services: ApiServices): Handlers {
  return {
    PublishVersion: handler<PublishVersionRequest>(async (input, call) => {
      const { functionName } = findFunction(services, call, input.FunctionName);
      let version: VersionRecord | undefined;
      const record = await changeFunction(services, call, functionName, (current, context) => {
        requireSettled(current);
        const published = publishVersion(
          current,
          { description: input.Description, codeSha256: input.CodeSha256, revisionId: input.RevisionId },
          context,
        );
        const isNew = published.record.lastVersion > current.lastVersion;
        if (isNew) requireCodeStorage(services, call.region, published.version.code.CodeSize);
        version = published.version;
        return published.record;
      });
      const shown = version ?? record.latest;
      return describeVersion(record, shown, { qualifier: shown.Version });
    }),
    ListVersionsByFunction: handler<ListVersionsByFunctionRequest>((input, call) => {
      const { record } = findFunction(services, call, input.FunctionName);
      const published = Object.values(record.versions).sort((a, b) => Number(a.Version) - Number(b.Version));
      const page = paginate([record.latest, ...published], (version) => version.Version, input);
      return {
        Versions: page.items.map((version) => describeForList(record, version, { qualifier: version.Version })),
        NextMarker: page.nextMarker,
      };
    }),
  };
}
