import type { HostRequest, ProcessEvents } from '../core/ports.js';
import type { DebugPort } from './debug-port.js';

/** How a language's debugger says on which port it listens, as the very first output of the process. */
const ANNOUNCEMENTS: readonly RegExp[] = [
  /^Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)\/[^\n]*\nFor help, see: [^\n]*\n/,
  /^Listening for transport dt_socket at address: (?:127\.0\.0\.1:)?(\d+)\r?\n/,
];
const BEGINNINGS: readonly string[] = ['Debugger listening on ', 'Listening for transport '];

/**
 * Takes the announcement of a debugger out of a process's output and calls `onPort` with its port. The rest
 * is the function's own output and passes unchanged.
 */
export function createAnnouncementFilter(
  onPort: (port: number) => void,
  onOutput: (chunk: Uint8Array) => void,
): (chunk: Uint8Array) => void {
  let held: Buffer | undefined = Buffer.alloc(0);
  return (chunk) => {
    if (held === undefined) {
      onOutput(chunk);
      return;
    }
    held = Buffer.concat([held, chunk]);
    const text = held.toString('latin1');
    const match = ANNOUNCEMENTS.map((pattern) => pattern.exec(text)).find((found) => found !== null);
    const mayCome = BEGINNINGS.some((beginning) => text.startsWith(beginning) || beginning.startsWith(text));
    if (match === undefined && mayCome) return;
    const rest = held.subarray(match?.[0].length ?? 0);
    held = undefined;
    if (match?.[1] !== undefined) onPort(Number(match[1]));
    if (rest.length > 0) onOutput(rest);
  };
}

/**
 * The events of a process with a debugger: its port is offered as soon as the process announces it, and
 * withdrawn when the process ends.
 */
export function announcingTo(
  debugPort: DebugPort,
  { environmentId, snapshot }: Pick<HostRequest, 'environmentId' | 'snapshot'>,
  events: ProcessEvents,
): ProcessEvents {
  const tellsPauses = snapshot.runtime?.startsWith('nodejs') ?? false;
  return {
    ...events,
    onOutput: createAnnouncementFilter(
      (port) => debugPort.offer({ environmentId, port, tellsPauses }),
      (chunk) => events.onOutput(chunk),
    ),
    onExit: (exit) => {
      debugPort.withdraw(environmentId);
      events.onExit(exit);
    },
  };
}
