import { LaunchFailure } from '../core/ports.js';
import { javaSearch, pythonSearch, rubySearch } from './interpreter-languages.js';
import { findNode, type NodeSearch } from './interpreter-node.js';
import { findByProbing } from './interpreter-probe.js';
import type { Interpreter } from './interpreter-search.js';

/** Finds the interpreter of a managed runtime; each runtime is looked up once. */
export interface InterpreterFinder {
  /** Undefined for OS-only runtimes (`provided.*`), which bring their own program. @throws LaunchFailure */
  find(runtime: string): Promise<Interpreter | undefined>;
}

export function createInterpreterFinder(search: NodeSearch): InterpreterFinder {
  const found = new Map<string, Promise<Interpreter | undefined>>();
  return {
    find(runtime) {
      const known = found.get(runtime);
      if (known !== undefined) return known;
      const lookup = findInterpreter(runtime, search);
      found.set(runtime, lookup);
      // What is not there may be installed while the service runs.
      lookup.catch(() => found.delete(runtime));
      return lookup;
    },
  };
}

async function findInterpreter(runtime: string, search: NodeSearch): Promise<Interpreter | undefined> {
  const family = /^[a-z]+/.exec(runtime)?.[0];
  switch (family) {
    case 'nodejs':
      return findNode(runtime, search);
    case 'python':
      return findByProbing(pythonSearch(runtime, search));
    case 'ruby':
      return findByProbing(rubySearch(runtime, search));
    case 'java':
      return findByProbing(javaSearch(runtime, search));
    case 'provided':
      return undefined;
    default:
      throw new LaunchFailure(
        'Runtime.InvalidEntrypoint',
        `The runtime ${runtime} cannot run locally yet; nodejs, python, ruby, java and provided (which runs Go, Rust and native .NET) can`,
      );
  }
}
