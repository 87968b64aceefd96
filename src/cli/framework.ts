/** The door to oclif for what is loaded late; a dynamic import of the package itself has no names once it is bundled. */
export { loadHelpClass, run } from '@oclif/core';
export { runNamedCommand } from './run-command.js';
