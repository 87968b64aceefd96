/** Ascending; a configured level lets itself and everything after it through. */
export const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Undefined for a word that is none of them, in whatever case. */
export function parseLogLevel(text: string | undefined): LogLevel | undefined {
  const upperCase = text?.toUpperCase();
  return LOG_LEVELS.find((level) => level === upperCase);
}
