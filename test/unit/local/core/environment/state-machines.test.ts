import { describe, expect, it } from 'vitest';
import {
  createEnvironmentMachine,
  ENVIRONMENT_TRANSITIONS,
} from '../../../../../src/local/core/environment/environment-phases.js';
import {
  createExtensionMachine,
  EXTENSION_TRANSITIONS,
} from '../../../../../src/local/core/environment/extension-states.js';
import { createRuntimeMachine, RUNTIME_TRANSITIONS } from '../../../../../src/local/core/environment/runtime-states.js';
import type { StateMachine } from '../../../../../src/local/core/environment/state-machine.js';

type Table = Readonly<Record<string, readonly string[]>>;

const machines: readonly {
  readonly name: string;
  readonly table: Table;
  readonly create: () => StateMachine<string>;
}[] = [
  {
    name: 'runtime',
    table: RUNTIME_TRANSITIONS,
    create: () => createRuntimeMachine() as unknown as StateMachine<string>,
  },
  {
    name: 'extension',
    table: EXTENSION_TRANSITIONS,
    create: () => createExtensionMachine('watcher') as unknown as StateMachine<string>,
  },
  {
    name: 'environment',
    table: ENVIRONMENT_TRANSITIONS,
    create: () => createEnvironmentMachine() as unknown as StateMachine<string>,
  },
];

/** The shortest way from the initial state. */
function pathTo(table: Table, from: string, to: string): readonly string[] | undefined {
  const queue: string[][] = [[from]];
  const seen = new Set<string>();
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const last = path.at(-1)!;
    if (last === to) return path.slice(1);
    if (seen.has(last)) continue;
    seen.add(last);
    for (const next of table[last]!) queue.push([...path, next]);
  }
  return undefined;
}

for (const { name, table, create } of machines) {
  describe(`the ${name} machine`, () => {
    const states = Object.keys(table);
    const pairs = states.flatMap((from) => states.map((to) => ({ from, to, isAllowed: table[from]!.includes(to) })));

    it.each(pairs)('$from → $to: $isAllowed', ({ from, to, isAllowed }) => {
      const machine = create();
      const way = pathTo(table, machine.state, from);
      expect(way, `${from} can be reached`).toBeDefined();
      for (const step of way!) machine.moveTo(step);
      if (isAllowed) {
        machine.moveTo(to);
        expect(machine.state).toBe(to);
      } else {
        expect(() => machine.moveTo(to)).toThrow();
        expect(machine.state).toBe(from);
      }
    });
  });
}

describe('a refused transition', () => {
  it('of the runtime has the text of the Runtime API', () => {
    expect(() => createRuntimeMachine().moveTo('InvocationResponse')).toThrow(
      expect.objectContaining({
        status: 403,
        errorType: 'InvalidStateTransition',
        message:
          'State transition from Started to InvocationResponse failed for runtime. Error: State transition is not allowed',
      }),
    );
  });

  it('of an extension has the text of the Extensions API', () => {
    expect(() => createExtensionMachine('watcher').moveTo('Ready')).toThrow(
      expect.objectContaining({
        status: 403,
        errorType: 'Extension.InvalidExtensionState',
        message:
          'State transition from Started to Ready failed for extension watcher. Error: State transition is not allowed',
      }),
    );
  });
});
