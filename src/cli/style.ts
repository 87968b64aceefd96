import { mayColour } from './terminal.js';

/** Colours of text for people; without a terminal each returns its text unchanged. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const same = (text: string): string => text;

export const PLAIN: Style = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };

/** The style for a stream; chalk is loaded only where colour will be seen. */
export async function styleFor(stream: { readonly isTTY?: boolean }): Promise<Style> {
  if (!mayColour(stream)) return PLAIN;
  const { Chalk } = await import('chalk');
  return new Chalk({ level: 1 });
}
