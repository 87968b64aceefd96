import { ApiRefusal } from '../environment-api.js';
import { StateMachine } from './state-machine.js';

/** States of the runtime process; the names are part of the 403 message of the Runtime API. */
export type RuntimeState =
  | 'Started'
  | 'InitError'
  | 'Ready'
  | 'Running'
  | 'RestoreReady'
  | 'Restoring'
  | 'InvocationResponse'
  | 'InvocationErrorResponse'
  | 'RuntimeResponseSentState'
  | 'RuntimeRestoreErrorState';

/** `Ready → Ready` is a runtime that polls again after it lost its connection. */
export const RUNTIME_TRANSITIONS: Readonly<Record<RuntimeState, readonly RuntimeState[]>> = {
  Started: ['Ready', 'RestoreReady', 'InitError'],
  InitError: [],
  RestoreReady: ['Restoring'],
  Restoring: ['Ready', 'RuntimeRestoreErrorState'],
  RuntimeRestoreErrorState: [],
  Ready: ['Ready', 'Running'],
  Running: ['InvocationResponse', 'InvocationErrorResponse'],
  InvocationResponse: ['RuntimeResponseSentState'],
  InvocationErrorResponse: ['RuntimeResponseSentState'],
  RuntimeResponseSentState: ['Ready'],
};

/** The machine of one runtime process; refuses with 403 InvalidStateTransition. */
export function createRuntimeMachine(): StateMachine<RuntimeState> {
  return new StateMachine<RuntimeState>(
    'Started',
    RUNTIME_TRANSITIONS,
    (from, to) =>
      new ApiRefusal(
        403,
        'InvalidStateTransition',
        `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
      ),
  );
}
