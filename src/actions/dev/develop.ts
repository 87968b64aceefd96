import { loadProject } from '../../config/load-project.js';
import { isLambdakitError } from '../../errors/lambdakit-error.js';
import { type FileChange, type FileWatcher, watchFiles } from '../../system/watch-files.js';
import type { ActionContext } from '../action-context.js';
import { inParallel } from '../in-parallel.js';
import type { ProgressEvent } from '../progress.js';
import { createChangeBatches } from './change-batches.js';
import type { DevFunction } from './dev-function.js';
import { type DevProject, openDevProject } from './dev-project.js';

export interface DevelopRequest {
  /** Keys of the project file; all of them when none is given. */
  readonly names: readonly string[];
  /**
   * Called when everything was built and deployed for the first time, and after the project was read again. The
   * context is the one to invoke these functions with; `rebuild` has everything read, built and deployed again.
   */
  readonly onReady: (
    functions: readonly DevelopedFunction[],
    context: ActionContext,
    rebuild: () => void,
  ) => Promise<void> | void;
}

export interface DevelopedFunction {
  readonly key: string;
  readonly functionName: string;
  /** False when it could not be built or deployed yet. */
  readonly isDeployed: boolean;
  readonly url?: string;
}

const AT_ONCE = 4;

/**
 * Deploys functions to where the context points, and again whenever their source changes, until the signal
 * aborts. A build that fails is told of, and the code before it stays in service; so it is with a project file
 * that cannot be read. Rejects with the signal's reason.
 */
export async function develop(request: DevelopRequest, context: ActionContext): Promise<never> {
  const loop = new EditLoop(request, context);
  try {
    return await loop.run();
  } finally {
    await loop.dispose();
  }
}

class EditLoop {
  readonly #batches = createChangeBatches();
  readonly #urls = new Map<string, string>();
  readonly #deployed = new Set<string>();
  readonly #context: ActionContext;
  #project: DevProject | undefined;
  #watcher: FileWatcher | undefined;
  #isRebuildAsked = false;

  constructor(
    private readonly request: DevelopRequest,
    private readonly outer: ActionContext,
  ) {
    this.#context = { ...outer, progress: onlyNew(outer) };
  }

  async run(): Promise<never> {
    const { signal } = this.outer;
    this.#project = await openDevProject(this.request.names, await this.outer.project(), this.#context);
    this.#watcher = await watchFiles({
      paths: this.#project.paths,
      isIgnored: (file) => this.#project?.ignores(file) === true,
      onChange: (change) => this.#batches.add(change),
      onError: (error) => this.outer.progress({ kind: 'warning', subject: 'watching', text: error.message }),
    });
    await this.#update(this.#project.functions);
    await this.#tell(this.#project);
    for (;;) await this.#take(await this.#batches.next(signal), this.#project);
  }

  async dispose(): Promise<void> {
    this.#batches.dispose();
    await this.#watcher?.close();
    await this.#project?.dispose();
  }

  async #take(changes: readonly FileChange[], project: DevProject): Promise<void> {
    const isAsked = this.#isRebuildAsked;
    this.#isRebuildAsked = false;
    const isSetting = changes.some((change) => project.isSetting(change));
    if (isAsked) await this.#rebuild(project);
    else if (isSetting) await this.#reopen(project);
    else await this.#update(project.functions.filter((one) => changes.some((change) => one.isConcernedBy(change))));
  }

  async #rebuild(project: DevProject): Promise<void> {
    const startedAt = performance.now();
    if (!(await this.#reopen(project))) return;
    const text = 'read, built and deployed again';
    this.outer.progress({ kind: 'done', subject: nameOf(project), text, durationMs: performance.now() - startedAt });
  }

  /** Reads the project again; one that cannot be read leaves everything as it is, which is answered by false. */
  async #reopen(before: DevProject): Promise<boolean> {
    try {
      const read = await loadProject(before.project.options);
      this.#project = await openDevProject(this.request.names, read, this.#context);
    } catch (error) {
      this.#warn(nameOf(before), error, 'What was read before stays.');
      return false;
    }
    await before.dispose();
    this.#watcher?.add(this.#project.paths);
    await this.#update(this.#project.functions);
    await this.#tell(this.#project);
    return true;
  }

  async #update(functions: readonly DevFunction[]): Promise<void> {
    await inParallel(functions, AT_ONCE, (one) => this.#updateOne(one));
    this.#watcher?.add(functions.flatMap((one) => one.outsideInputs()));
  }

  async #updateOne(one: DevFunction): Promise<void> {
    const { key } = one;
    const startedAt = performance.now();
    try {
      const { outcome, url } = await one.update();
      if (url !== undefined) this.#urls.set(key, url);
      if (outcome === 'unchanged' && this.#deployed.has(key)) return;
      const text = this.#deployed.has(key) ? 'the next invocation runs what you have saved' : 'deployed';
      this.#deployed.add(key);
      this.outer.progress({ kind: 'done', subject: key, text, durationMs: performance.now() - startedAt });
    } catch (error) {
      this.outer.signal.throwIfAborted();
      this.#warn(key, error, this.#deployed.has(key) ? 'The code before it keeps running.' : 'It is not deployed yet.');
    }
  }

  async #tell({ functions, project }: DevProject): Promise<void> {
    const described = functions.map(({ key, functionName }) => {
      const url = this.#urls.get(key);
      return { key, functionName, isDeployed: this.#deployed.has(key), ...(url !== undefined && { url }) };
    });
    await this.request.onReady(described, { ...this.outer, project: async () => project }, () => {
      this.#isRebuildAsked = true;
      this.#batches.wake();
    });
  }

  #warn(subject: string, error: unknown, consequence: string): void {
    this.outer.signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    const hint = isLambdakitError(error) && error.hint !== undefined ? ` ${error.hint}` : '';
    this.outer.progress({ kind: 'warning', subject, text: `${message}${hint}\n  ${consequence}` });
  }
}

function nameOf({ project }: DevProject): string {
  return project.document?.file ?? 'the project';
}

/** Of what building and deploying tell, warnings and details, and each warning once. */
function onlyNew({ progress }: ActionContext): ActionContext['progress'] {
  const told = new Set<string>();
  return (event: ProgressEvent) => {
    if (event.kind !== 'warning' && event.kind !== 'detail') return;
    const text = `${event.subject}\n${event.text}`;
    if (event.kind === 'warning' && told.has(text)) return;
    told.add(text);
    progress(event);
  };
}
