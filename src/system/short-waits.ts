import { availableParallelism } from 'node:os';

/** How long the event loop stays awake: a message of a warm invocation that does next to nothing takes about half as long. */
const AWAKE_MS = 0.5;

/** So many messages in a row must each have come within that time; two invocations have as many. */
const QUICK_ARRIVALS = 4;

/** On one core whoever is waited for could not run. */
const MAY_STAY_AWAKE = availableParallelism() > 1;

let awakeUntil = 0;
let isAwake = false;
let lastSent = 0;
let quickArrivals = 0;
/** How much is under way that needs a core. */
let underWay = 0;

/** A request has come that others work for; a poll, which waits for work, is none. */
export function noteWork(): void {
  underWay += 1;
}

export function noteWorkDone(): void {
  underWay -= 1;
}

/** A message has come. */
export function noteArrival(): void {
  quickArrivals = performance.now() - lastSent < AWAKE_MS ? quickArrivals + 1 : 0;
}

/**
 * A message was sent. When what followed the last ones came within a moment each time and no more than one request is under
 * way, the event loop does not go to sleep for such a moment: it would be woken at once, and on a virtual machine to
 * put a core to sleep and wake it takes a tenth of a whole warm invocation.
 */
export function noteSending(): void {
  lastSent = performance.now();
  const staysAwake = MAY_STAY_AWAKE && underWay <= 1 && quickArrivals >= QUICK_ARRIVALS;
  awakeUntil = staysAwake ? lastSent + AWAKE_MS : 0;
  if (!staysAwake || isAwake) return;
  isAwake = true;
  setImmediate(look);
}

/** With an immediate to come the loop looks for events and does not wait for them. */
function look(): void {
  isAwake = performance.now() < awakeUntil;
  if (isAwake) setImmediate(look);
}
