import { type HeldProcess, startHeldProcess } from '../../system/held-process.js';

/**
 * A shell that outlives us by a moment: it knows the ids of the open environments, and when its stdin
 * ends without our having closed them, we died, and it kills every process that carries one of the ids in
 * its environment. Linux reads them from /proc, other systems from ps.
 */
const WATCH_SCRIPT = `trap '' INT TERM HUP
ids=''
echo ready
while read -r word; do
  case $word in
    +*) ids="$ids \${word#+}" ;;
    -*) kept=''
        for id in $ids; do [ "$id" = "\${word#-}" ] || kept="$kept $id"; done
        ids=$kept ;;
  esac
done
patterns=''
for id in $ids; do patterns="$patterns -e $id"; done
[ -n "$patterns" ] || exit 0
round=0
while [ $round -lt 20 ]; do
  round=$((round + 1))
  if [ -r /proc/self/environ ]; then
    pids=$(grep -lF $patterns /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3)
  else
    pids=$(ps -axEww -o pid=,command= | grep -F $patterns | grep -vF 'grep -F' | awk '{ print $1 }')
  fi
  [ -n "$pids" ] || exit 0
  kill -KILL $pids 2>/dev/null
done`;

/** Cares for what our death would leave behind where there are no namespaces. */
export class OrphanWatch {
  #shell: Promise<HeldProcess> | undefined;

  /** From now on the processes of this environment do not outlive us. */
  async add(environmentId: string): Promise<void> {
    // Windows ends the children of a dead process by its job object.
    if (process.platform === 'win32') return;
    this.#shell ??= startHeldProcess({
      command: '/bin/sh',
      args: ['-c', WATCH_SCRIPT],
      env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' },
    });
    (await this.#shell).send(`+${environmentId}`);
  }

  async remove(environmentId: string): Promise<void> {
    (await this.#shell)?.send(`-${environmentId}`);
  }

  async dispose(): Promise<void> {
    const shell = await this.#shell;
    this.#shell = undefined;
    await shell?.release();
  }
}
