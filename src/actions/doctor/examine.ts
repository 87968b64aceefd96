import type { Project } from '../../config/load-project.js';
import { isLambdakitError } from '../../errors/lambdakit-error.js';
import { inspectIsolation, inspectMemoryControl } from '../../local/index.js';
import type { ActionContext } from '../action-context.js';
import { examineAws } from './examine-aws.js';
import { examineToolchains } from './examine-toolchains.js';
import type { Finding } from './finding.js';

export interface ExamineOptions {
  /** The commands go to the local service, which needs neither account nor network. */
  readonly isLocal: boolean;
  readonly endpointUrl: string | undefined;
}

/** Looks at all that commands depend on outside of the code: machine, project file, account. Changes nothing. */
export async function examine(options: ExamineOptions, context: ActionContext): Promise<readonly Finding[]> {
  const { project, finding } = await examineProject(context);
  const groups = await Promise.all([
    [{ subject: 'node', status: 'ok' as const, text: `Node.js ${process.versions.node}` }, finding],
    examineIsolation(),
    examineMemoryControl(),
    project === undefined ? [] : examineToolchains(project),
    options.isLocal
      ? [{ subject: 'aws', status: 'skipped' as const, text: 'the local service needs no account' }]
      : examineAws(options.endpointUrl, project, context),
  ]);
  return groups.flat();
}

async function examineProject(
  context: ActionContext,
): Promise<{ readonly project: Project | undefined; readonly finding: Finding }> {
  const subject = 'project';
  try {
    const project = await context.project();
    const { file, functionKeys } = project;
    const text =
      file === undefined ? 'there is no project file here' : `${file}: ${functionKeys.join(', ') || 'empty'}`;
    return { project, finding: { subject, status: file === undefined ? 'skipped' : 'ok', text } };
  } catch (error) {
    if (!isLambdakitError(error)) throw error;
    return { project: undefined, finding: { subject, status: 'problem', text: error.message, hint: error.hint } };
  }
}

async function examineIsolation(): Promise<readonly Finding[]> {
  const { kind, reason } = await inspectIsolation();
  const subject = 'isolation';
  if (kind === 'namespace') {
    return [
      {
        subject,
        status: 'ok',
        text: 'local functions run in namespaces of their own: /var/task, /opt and /tmp as in Lambda',
      },
    ];
  }
  return [
    {
      subject,
      status: 'warning',
      text: `local functions run as plain processes${reason === undefined ? '' : ` (${reason})`}`,
      hint: 'They see the files of this machine; paths such as /opt are those of the machine.',
    },
  ];
}

async function examineMemoryControl(): Promise<readonly Finding[]> {
  const { kind, reason } = await inspectMemoryControl();
  const text =
    kind === 'group'
      ? 'a control group holds each local function to its memory size'
      : `the memory of local functions is measured every few milliseconds (${reason})`;
  // Both give the same errors; nothing is wrong with either.
  return [{ subject: 'memory limit', status: 'ok', text }];
}
