import { LambdakitError } from '../errors/lambdakit-error.js';
import type { ActionContext } from './action-context.js';
import { chooseVersion } from './layers.js';

export interface ShareLayerRequest {
  readonly layer: string;
  /** Default: the newest. */
  readonly version: number | undefined;
  /** Account number, organization id, or `*`. */
  readonly whom: string;
  /** Takes the permission back. */
  readonly isRevoked: boolean;
  /** Changes the policy only while it is at this revision. */
  readonly revisionId?: string | undefined;
}

/** Who may use a version of a layer now, or no longer. */
export interface SharedLayer {
  readonly layerName: string;
  readonly version: number;
  readonly with: string;
  readonly statementId: string;
  readonly outcome: 'shared' | 'revoked';
}

/**
 * Adds or removes the one statement for an account, an organization or everybody.
 * @throws LambdakitError `usage` for anything else; `not-found`; `service-refused` when it is shared already.
 */
export async function shareLayer(request: ShareLayerRequest, context: ActionContext): Promise<SharedLayer> {
  const { whom, isRevoked } = request;
  const principal = principalOf(whom);
  const { calls, name, chosen } = await chooseVersion(request.layer, request.version, context);
  const { revisionId } = request;
  const key = {
    LayerName: name,
    VersionNumber: chosen,
    ...(revisionId !== undefined && { RevisionId: revisionId }),
  };
  const statementId = `share-${whom === '*' ? 'everybody' : whom}`;
  if (isRevoked) await calls.removeLayerVersionPermission({ ...key, StatementId: statementId });
  else {
    await calls.addLayerVersionPermission({
      ...key,
      StatementId: statementId,
      // The only action there is (Lambda API reference, AddLayerVersionPermission).
      Action: 'lambda:GetLayerVersion',
      ...principal,
    });
  }
  return { layerName: name, version: chosen, with: whom, statementId, outcome: isRevoked ? 'revoked' : 'shared' };
}

function principalOf(whom: string): { readonly Principal: string; readonly OrganizationId?: string } {
  if (whom === '*' || /^\d{12}$/.test(whom)) return { Principal: whom };
  if (/^o-[a-z0-9]{10,32}$/.test(whom)) return { Principal: '*', OrganizationId: whom };
  throw new LambdakitError('usage', `"${whom}" is neither an account number nor an organization.`, {
    hint: 'Write 12 digits, o-… or *.',
  });
}
