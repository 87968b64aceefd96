/** The pages docs/exit-codes.md and docs/project-file.md, made from the table and the schema that the product itself uses. */

export function referencePages({ exitCodes, exitCodeOf, schema }) {
  return [
    ['docs/exit-codes.md', exitCodesPage(exitCodes, exitCodeOf)],
    ['docs/project-file.md', projectFilePage(schema)],
  ];
}

function exitCodesPage(exitCodes, exitCodeOf) {
  const codesOf = (exit) =>
    Object.entries(exitCodeOf)
      .filter(([, value]) => String(value) === exit)
      .map(([code]) => `\`${code}\``)
      .join(', ');
  const rows = Object.entries(exitCodes).map(([exit, meaning]) => `| ${exit} | ${meaning} | ${codesOf(exit) || '–'} |`);
  return `# Exit codes

The same for every command, with and without \`--json\`, against AWS and the local service.

| exit code | means | error codes |
|---|---|---|
${rows.join('\n')}

With \`--json\` a failure prints one document on stdout: \`{"error":{"code":"…","message":"…","hint":"…"}}\`, with further members that some errors carry.
The codes are stable: a script may compare them. Messages and hints are for people and may change.

\`\`\`sh
lambdakit invoke hello --payload '{}' --json > result.json
case $? in
  0) jq .payload result.json ;;
  4) echo "the function failed: $(jq -r .error.message result.json)" ;;
  *) echo "not invoked: $(jq -r .error.message result.json)" ;;
esac
\`\`\`
`;
}

function projectFilePage(schema) {
  const functionShape = schema.$defs.function;
  return `# The project file

\`lambdakit.json\` (also \`.jsonc\`, \`.yaml\`, \`.yml\`), found upwards from the folder you stand in. Keys are the Lambda API's own names in camelCase;
an unknown key is an error with a suggestion. Editors complete and check it with \`"$schema": "./node_modules/lambdakit/schema/lambdakit.schema.json"\`.
For a single function the file may be missing: flags alone suffice.

\`\`\`json
{
  "service": "shop",
  "region": "eu-central-1",
  "defaults": { "runtime": "nodejs24.x", "memorySize": 256 },
  "functions": {
    "orders": {
      "code": "src/orders",
      "handler": "index.handler",
      "role": "auto",
      "environment": { "TABLE": "orders-\${stage}" }
    }
  },
  "stages": { "prod": { "functions": { "orders": { "memorySize": 1024 } } } }
}
\`\`\`

Precedence: flag, environment variable, stage, function, \`defaults\`, built-in.
In strings: \`\${env:NAME}\`, \`\${env:NAME, default}\`, \`\${stage}\`, \`\${file:PATH}\`, \`\${git:sha}\`; a missing one is an error that names the key and its place in the file.

## Top level

${table(schema.properties, schema)}

## A function

${table(functionShape.properties, schema)}
`;
}

function table(properties, schema) {
  const rows = Object.entries(properties)
    .filter(([key]) => key !== '$schema')
    .map(
      ([key, shape]) =>
        `| \`${key}\` | ${kindOf(shape, schema)} | ${(shape.description ?? '').replaceAll('|', '\\|')} |`,
    );
  return ['| key | value | |', '|---|---|---|', ...rows].join('\n');
}

/** A short word for what a key takes: the JSON types, the choices of an enum, the range of a number. */
function kindOf(shape, schema) {
  if (shape.$ref !== undefined) return kindOf(schema.$defs[shape.$ref.split('/').pop()] ?? {}, schema);
  if (shape.enum !== undefined) return shape.enum.map((value) => `\`${value}\``).join(' ');
  if (shape.const !== undefined) return `\`${shape.const}\``;
  const alternatives = shape.anyOf ?? shape.oneOf;
  if (alternatives !== undefined) {
    // Every value may also be an interpolation; that is said once on the page.
    const real = alternatives.filter((one) => one.pattern !== '\\$\\{');
    return [...new Set((real.length > 0 ? real : alternatives).map((one) => kindOf(one, schema)))].join(' or ');
  }
  if (shape.type === 'array') return `list of ${kindOf(shape.items ?? {}, schema)}`;
  if (shape.type === 'integer' || shape.type === 'number') return `number${rangeOf(shape)}`;
  if (shape.type === 'object') return 'mapping';
  return shape.type ?? 'any';
}

function rangeOf({ minimum, maximum }) {
  if (minimum === undefined || maximum === undefined || Math.abs(minimum) > 1e15 || maximum > 1e15) return '';
  return ` ${minimum} to ${maximum}`;
}
