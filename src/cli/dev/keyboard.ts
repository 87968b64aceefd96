import { emitKeypressEvents, type Key } from 'node:readline';

/** Single keys of a terminal, without Enter. */
export interface Keyboard {
  /** Gives the terminal to something else, such as a prompt, and takes it back afterwards. */
  lend<Result>(work: () => Promise<Result>): Promise<Result>;
  dispose(): void;
}

/**
 * Reads keys from the terminal. The terminal itself no longer makes signals of Ctrl-C and the like then, so
 * that is done here.
 */
export function openKeyboard(onKey: (name: string) => void): Keyboard {
  const { stdin } = process;
  const onKeypress = (text: string | undefined, key: Key): void => {
    if (key.ctrl === true && key.name === 'c') process.kill(process.pid, 'SIGINT');
    else if (key.ctrl === true && key.name === 'z') suspend();
    else if (key.ctrl !== true && key.meta !== true) onKey(key.name ?? text ?? '');
  };
  const suspend = (): void => {
    close();
    process.once('SIGCONT', open);
    process.kill(process.pid, 'SIGTSTP');
  };
  const open = (): void => {
    emitKeypressEvents(stdin);
    stdin.setRawMode(true);
    stdin.on('keypress', onKeypress);
    stdin.resume();
  };
  const close = (): void => {
    stdin.off('keypress', onKeypress);
    process.off('SIGCONT', open);
    stdin.setRawMode(false);
    stdin.pause();
  };
  open();
  let isDisposed = false;
  return {
    lend: async (work) => {
      close();
      try {
        return await work();
      } finally {
        if (!isDisposed) open();
      }
    },
    dispose: () => {
      isDisposed = true;
      close();
    },
  };
}
