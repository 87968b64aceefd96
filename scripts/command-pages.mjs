/** The pages of docs/commands: one for each topic, made from the manifest. */
export function commandPages(manifest, exitCodes) {
  const topics = new Map();
  for (const command of Object.values(manifest.commands)) {
    if (command.hidden) continue;
    const topic = command.id.split(':')[0];
    topics.set(topic, [...(topics.get(topic) ?? []), command]);
  }
  const pages = [...topics].map(([topic, commands]) => [
    `docs/commands/${topic}.md`,
    `# lambdakit ${topic}\n\n${commands.map(sectionOf).join('\n')}`,
  ]);
  return [...pages, ['docs/commands/README.md', indexOf(topics, exitCodes, manifest)]];
}

function indexOf(topics, exitCodes, manifest) {
  const rows = [...topics].flatMap(([topic, commands]) =>
    commands.map(({ id, summary }) => `| [\`${id.replaceAll(':', ' ')}\`](${topic}.md) | ${summary} |`),
  );
  const [anyCommand] = Object.values(manifest.commands);
  const globals = Object.values(anyCommand.flags).filter(({ helpGroup }) => helpGroup === 'GLOBAL');
  return [
    '# Commands\n',
    '| command | does |\n|---|---|',
    ...rows,
    '\n## Flags of every command\n',
    ...globals.map(flagLine),
    '\n## Exit codes\n',
    '| code | meaning |\n|---|---|',
    ...Object.entries(exitCodes).map(([code, meaning]) => `| ${code} | ${meaning} |`),
    '\nWith `--json` stdout holds exactly one JSON document; an error is `{"error":{"code","message","hint"}}` and has the same exit code.',
    '',
  ].join('\n');
}

function sectionOf(command) {
  const name = command.id.replaceAll(':', ' ');
  const args = Object.values(command.args).map(({ name: arg, required, multiple }) => {
    const text = `${arg.toUpperCase()}${multiple ? '…' : ''}`;
    return required ? text : `[${text}]`;
  });
  const flags = Object.values(command.flags).filter(({ helpGroup, hidden }) => helpGroup !== 'GLOBAL' && !hidden);
  const aliases = command.aliases.filter((alias) => alias !== command.id);
  return [
    `## lambdakit ${[name, ...args].join(' ')}\n`,
    `${command.summary}${command.description ? `\n\n${command.description}` : ''}\n`,
    ...(aliases.length > 0 ? [`Also: ${aliases.map((alias) => `\`lambdakit ${alias}\``).join(', ')}\n`] : []),
    ...Object.values(command.args).map(({ name: arg, description }) => `- \`${arg.toUpperCase()}\`: ${description}`),
    ...flags.map(flagLine),
    '',
    '```sh',
    ...(command.examples ?? []).map((example) =>
      String(example.command ?? example).replaceAll('<%= config.bin %>', 'lambdakit'),
    ),
    '```\n',
  ].join('\n');
}

function flagLine({ name, char, description, helpValue, type, options, default: preset }) {
  const value = type === 'boolean' ? '' : ` ${options?.join('|') ?? helpValue ?? 'VALUE'}`;
  const short = char ? `-${char}, ` : '';
  const fallback = type !== 'boolean' && preset !== undefined && preset !== '' ? ` (default: ${preset})` : '';
  return `- \`${short}--${name}${value}\`: ${description}${fallback}`;
}
