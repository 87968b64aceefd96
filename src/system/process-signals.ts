import { spawn } from 'node:child_process';

/** Signals every process of a group; the process alone when it does not lead one. Never throws when it is gone. */
export function signalGroup(leaderPid: number, signal: NodeJS.Signals): void {
  if (process.platform === 'win32') {
    endTreeOnWindows(leaderPid, signal);
    return;
  }
  if (!signalProcess(-leaderPid, signal)) signalProcess(leaderPid, signal);
}

/** Sends a signal; false when there is no such process or it is not ours. A negative pid is a group. */
export function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  // 0 and -1 would reach ourselves or every process of the user.
  if (pid === 0 || pid === -1) return false;
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Windows knows no groups and no graceful signal for console programs: the tree is ended with taskkill. */
function endTreeOnWindows(pid: number, signal: NodeJS.Signals): void {
  if (signal === 'SIGSTOP' || signal === 'SIGCONT') return;
  const killer = spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
  killer.once('error', () => signalProcess(pid, 'SIGKILL'));
}
