/**
 * Where a function's processes find their folders. With namespace isolation these are the true paths of
 * Lambda (`/var/task`, `/opt` …); without, the real folders of this machine.
 */
export interface FilesystemView {
  /** True when the paths are Lambda's own. */
  readonly isTrue: boolean;
  readonly task: string;
  readonly opt: string;
  readonly runtime: string;
  readonly tmp: string;
}

/** The file system of Lambda's execution environment (Lambda developer guide, execution environments). */
export const TRUE_VIEW: FilesystemView = {
  isTrue: true,
  task: '/var/task',
  opt: '/opt',
  runtime: '/var/runtime',
  tmp: '/tmp',
};

/**
 * Replaces Lambda's folders in a value by the folders of the view, where a path begins: at the start
 * and after `:`, `=`, `,`, quotes and white space. For the variables that name files to the interpreter.
 */
export function translatePaths(value: string, view: FilesystemView): string {
  if (view.isTrue) return value;
  const folders: Readonly<Record<string, string>> = {
    '/var/task': view.task,
    '/var/runtime': view.runtime,
    '/opt': view.opt,
    '/tmp': view.tmp,
  };
  return value.replace(
    /(^|[:=,;"'\s]|file:\/\/)(\/var\/task|\/var\/runtime|\/opt|\/tmp)(?=$|[/:,;"'\s])/g,
    (_match, before: string, folder: string) => `${before}${folders[folder]}`,
  );
}
