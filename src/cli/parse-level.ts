import { LambdakitError } from '../errors/lambdakit-error.js';
import { LOG_LEVELS, type LogLevel, levelOf } from '../lambda/log-line.js';

/** Reads a log level in any case. @throws LambdakitError `usage` */
export function parseLevel(text: string): LogLevel {
  const level = levelOf(text);
  if (level !== undefined) return level;
  throw new LambdakitError('usage', `"${text}" is no log level.`, { hint: `Choose one of ${LOG_LEVELS.join(', ')}.` });
}
