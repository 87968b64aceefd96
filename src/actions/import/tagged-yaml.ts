import { type CollectionTag, isScalar, isSeq, parseDocument, type ScalarTag } from 'yaml';
import { LambdakitError } from '../../errors/lambdakit-error.js';

/**
 * Reads YAML (or JSON) with CloudFormation's short forms: `!Ref X` becomes `{Ref: X}`, `!Sub …` becomes
 * `{Fn::Sub: …}` (CloudFormation user guide, "Intrinsic function reference").
 * @throws LambdakitError `invalid-input`
 */
export function readTaggedYaml(file: string, text: string): Readonly<Record<string, unknown>> {
  const document = parseDocument(text, { customTags: TAGS, logLevel: 'silent' });
  const [error] = document.errors;
  const content: unknown = error === undefined ? document.toJS() : undefined;
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
    return content as Readonly<Record<string, unknown>>;
  }
  throw new LambdakitError('invalid-input', `${file} cannot be read: ${error?.message ?? 'it holds no mapping'}`);
}

const NAMES = [
  'Ref',
  'Condition',
  ...['Sub', 'GetAtt', 'Join', 'Select', 'Split', 'ImportValue', 'FindInMap', 'GetAZs', 'If', 'Equals', 'And'],
  ...['Or', 'Not', 'Base64', 'Cidr', 'Transform', 'ToJsonString', 'Length'],
];

const TAGS = NAMES.flatMap((name): (ScalarTag | CollectionTag)[] => {
  const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
  const tag = `!${name}`;
  return [
    { tag, resolve: (text: string) => ({ [key]: name === 'GetAtt' ? text.split(/\.(.*)/s).slice(0, 2) : text }) },
    {
      tag,
      collection: 'seq',
      resolve: (node) => ({ [key]: isSeq(node) ? (node.toJSON() as unknown) : isScalar(node) ? node.value : node }),
    },
    { tag, collection: 'map', resolve: (node) => ({ [key]: node.toJSON() as unknown }) },
  ] as (ScalarTag | CollectionTag)[];
});
