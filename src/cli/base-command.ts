import { Command, type Interfaces } from '@oclif/core';
import { isLambdakitError, type LambdakitError } from '../errors/lambdakit-error.js';
import { markDocumentPrinted, withDocument } from './command-failure.js';
import { type GlobalFlagValues, globalFlags } from './global-flags.js';
import { type Interruption, listenForInterruption } from './interruption.js';
import type { ProcessFlagValues } from './process-flags.js';
import type { Session } from './session.js';
import { type Style, styleFor } from './style.js';

/** What a command has come to. */
export interface Performed<Result extends object> {
  /** The document of `--json`. */
  readonly result: Result;
  /** The same for people, on stdout; an empty text prints nothing. */
  readonly show: (style: Style) => string | Uint8Array;
  /** A failure that comes with a result: both are printed, and the exit code is the failure's. */
  readonly failure?: LambdakitError | undefined;
}

const LINE_FEED = 0x0a;

/**
 * What all commands share: the global flags, one AbortSignal for the signals of the system, a session
 * that is taken down whatever happens, and one way to print a result.
 */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = globalFlags;

  private isDocumentPrinted = false;

  override async init(): Promise<void> {
    // The framework's own loads its debug log, and asks whether the command is deprecated.
  }

  /**
   * Parses without the framework's habit to take what a shell pipes in for a word that is missing: a list that a loop reads
   * would be swallowed by the first command in it, and its next line deployed. Who wants stdin reads it (`payloadSource`).
   */
  protected override parse<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(options: Interfaces.Input<F, B, A>, argv?: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    for (const argument of Object.values<{ ignoreStdin?: boolean }>(options.args ?? {})) argument.ignoreStdin = true;
    return super.parse(options, argv);
  }

  /** Runs from the first hook of the framework to the last; its own way in loads its settings once more. */
  runWhole(): Promise<unknown> {
    return this._run();
  }

  /**
   * Opens a session, does the work in it, prints the result, and returns it. The process flags are for a local
   * service that is started for this command.
   */
  protected async perform<Result extends object>(
    flags: GlobalFlagValues,
    work: (session: Session) => Promise<Performed<Result>>,
    processFlags?: ProcessFlagValues,
  ): Promise<Result> {
    const interruption = listenForInterruption();
    try {
      const { openSession } = await import('./open-session.js');
      const session = await openSession(flags, interruption.signal, processFlags);
      try {
        const performed = await work(session);
        session.quieten();
        await this.print(performed);
        return performed.result;
      } finally {
        await session.dispose();
      }
    } catch (error) {
      throw this.explain(error, interruption);
    } finally {
      interruption.dispose();
    }
  }

  /** Prints a result before the command is over: for commands that stay in the foreground. */
  protected async print<Result extends object>({ result, show, failure }: Performed<Result>): Promise<void> {
    if (this.jsonEnabled()) {
      if (failure !== undefined) throw withDocument(failure, result);
      this.logJson(result);
      return;
    }
    const text = show(await styleFor(process.stdout));
    if (text.length > 0) {
      process.stdout.write(text);
      const isEnded = typeof text === 'string' ? text.endsWith('\n') : text.at(-1) === LINE_FEED;
      if (!isEnded) process.stdout.write('\n');
    }
    if (failure !== undefined) throw failure;
  }

  /**
   * Prints a piece of a result that comes bit by bit, with --json one document a line; nothing else is
   * printed on stdout then. False when nobody reads any more.
   */
  protected printPiece(text: string): boolean {
    this.isDocumentPrinted = true;
    if (text !== '') process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    return !process.stdout.destroyed && process.stdout.writable;
  }

  /** Called by oclif with the result of `run`; the result of `perform` is on stdout already. */
  override logJson(document: unknown): void {
    if (this.isDocumentPrinted) return;
    this.isDocumentPrinted = true;
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }

  /** Errors are printed in `main` and nowhere else. */
  override async catch(error: Error): Promise<never> {
    if (this.isDocumentPrinted) markDocumentPrinted(error);
    throw error;
  }

  /** After an interruption every failure is its consequence. */
  private explain(error: unknown, { signal }: Interruption): unknown {
    return signal.aborted && !(isLambdakitError(error) && error.code === 'function-error') ? signal.reason : error;
  }
}
