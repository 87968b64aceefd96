import { ApiRefusal } from '../environment-api.js';
import { StateMachine } from './state-machine.js';

/** States of one extension; the names are part of the 403 message of the Extensions API. */
export type ExtensionState =
  | 'Started'
  | 'Registered'
  | 'Ready'
  | 'Running'
  | 'InitError'
  | 'ExitError'
  | 'ShutdownFailed'
  | 'Exited'
  | 'LaunchError';

/** `Ready → Ready` is an extension that polls again after it lost its connection. */
export const EXTENSION_TRANSITIONS: Readonly<Record<ExtensionState, readonly ExtensionState[]>> = {
  Started: ['Registered', 'LaunchError', 'Exited'],
  Registered: ['Ready', 'InitError', 'ExitError', 'Exited', 'ShutdownFailed'],
  Ready: ['Ready', 'Running', 'ExitError', 'Exited', 'ShutdownFailed'],
  Running: ['Ready', 'ExitError', 'Exited', 'ShutdownFailed'],
  InitError: ['Exited'],
  ExitError: ['Exited'],
  ShutdownFailed: [],
  Exited: [],
  LaunchError: [],
};

/** The machine of one extension; refuses with 403 Extension.InvalidExtensionState. */
export function createExtensionMachine(name: string): StateMachine<ExtensionState> {
  return new StateMachine<ExtensionState>(
    'Started',
    EXTENSION_TRANSITIONS,
    (from, to) =>
      new ApiRefusal(
        403,
        'Extension.InvalidExtensionState',
        `State transition from ${from} to ${to} failed for extension ${name}. Error: State transition is not allowed`,
      ),
  );
}
