import { isLambdakitError } from '../errors/lambdakit-error.js';
import type { CloudFormationCalls, SsmCalls } from './neighbour-calls.js';

export interface RemoteResolverCalls {
  readonly ssm: Pick<SsmCalls, 'getParameter'>;
  readonly cloudFormation: Pick<CloudFormationCalls, 'describeStacks'>;
}

/**
 * Looks up `${ssm:/path}` (secure strings decrypted) and `${cfn:STACK.OUTPUT}`; undefined when there is no
 * such parameter, stack or output.
 */
export function createRemoteResolver({ ssm, cloudFormation }: RemoteResolverCalls) {
  return async (kind: 'ssm' | 'cfn', name: string): Promise<string | undefined> => {
    try {
      return kind === 'ssm' ? await parameter(ssm, name) : await output(cloudFormation, name);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };
}

async function parameter(ssm: RemoteResolverCalls['ssm'], name: string): Promise<string | undefined> {
  const { Parameter } = await ssm.getParameter({ Name: name, WithDecryption: true });
  return Parameter?.Value;
}

async function output(calls: RemoteResolverCalls['cloudFormation'], name: string): Promise<string | undefined> {
  // Names of outputs have no dot; names of stacks have none either, but their ARNs may be given.
  const at = name.lastIndexOf('.');
  if (at <= 0) return undefined;
  const { Stacks } = await calls.describeStacks({ StackName: name.slice(0, at) });
  return Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === name.slice(at + 1))?.OutputValue;
}

/** CloudFormation has no error of its own for a stack that is not there. */
function isMissing(error: unknown): boolean {
  if (!isLambdakitError(error)) return false;
  return (
    error.code === 'not-found' || (error.details?.awsCode === 'ValidationError' && /does not exist/.test(error.message))
  );
}
