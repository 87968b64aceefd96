import { StateMachine } from './state-machine.js';

/**
 * Where an execution environment stands (Lambda developer guide, "Lambda execution environment lifecycle"):
 * - `Opening`: folders and listener are being made, nothing runs
 * - `Initializing`: the init phase ahead of the first invocation
 * - `Ready`: initialised and idle
 * - `Invoking`: one invocation is running
 * - `Resetting`: its processes are being stopped, the folders stay
 * - `Stopped`: no process; the next invocation runs init inside its own invoke phase
 * - `SuppressedInit`: that init
 * - `Dead`: a process ended while nothing ran; of no further use
 * - `Terminating`, `Terminated`: the shutdown phase and its end
 */
export type EnvironmentPhase =
  | 'Opening'
  | 'Initializing'
  | 'Ready'
  | 'Invoking'
  | 'Resetting'
  | 'Stopped'
  | 'SuppressedInit'
  | 'Dead'
  | 'Terminating'
  | 'Terminated';

export const ENVIRONMENT_TRANSITIONS: Readonly<Record<EnvironmentPhase, readonly EnvironmentPhase[]>> = {
  Opening: ['Initializing', 'Terminating'],
  Initializing: ['Ready', 'Resetting', 'Terminating'],
  Ready: ['Invoking', 'Dead', 'Terminating'],
  Invoking: ['Ready', 'Resetting', 'Terminating'],
  Resetting: ['Stopped', 'Terminating'],
  Stopped: ['SuppressedInit', 'Terminating'],
  SuppressedInit: ['Invoking', 'Resetting', 'Terminating'],
  Dead: ['Terminating'],
  Terminating: ['Terminated'],
  Terminated: [],
};

/** The machine of one environment. A refused move is a defect of ours and says so. */
export function createEnvironmentMachine(): StateMachine<EnvironmentPhase> {
  return new StateMachine<EnvironmentPhase>(
    'Opening',
    ENVIRONMENT_TRANSITIONS,
    (from, to) => new Error(`an execution environment cannot go from ${from} to ${to}`),
  );
}
